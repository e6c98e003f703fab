"""A revision is written once and stays."""

from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("barometer", "0003_revisions")]

    operations = [append_only("barometer_figurerevision")]
