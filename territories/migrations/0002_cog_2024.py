from django.db import migrations


def load_shipped_cog(apps, schema_editor):
    from core.imports import ImportReport
    from territories.services.loading import load_cog
    from territories.services.pack import read_pack

    with schema_editor.connection.cursor() as cursor:
        load_cog(cursor, read_pack(), ImportReport(file="cog.tsv.xz"))


class Migration(migrations.Migration):
    """Fills the territories with the COG 2024 shipped in territories/data: no database is ever without communes."""

    dependencies = [("territories", "0001_initial")]

    operations = [migrations.RunPython(load_shipped_cog, migrations.RunPython.noop)]
