"""Which page of a person saved an evaluation last: his other tab is told apart from himself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0074_merged_sight"),
    ]
    operations = [
        migrations.AddField(
            model_name="evaluation",
            name="saved_page",
            field=models.CharField(blank=True, db_default="", default="", max_length=36, verbose_name="page de saisie"),
        ),
    ]
