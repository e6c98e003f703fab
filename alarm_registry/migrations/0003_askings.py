"""What the portal asked by itself, once; and an index for what it has to ask."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0071_supervisor_of_the_17"),
        ("alarm_registry", "0002_rules"),
        ("officials", "0010_activation_codes"),
        ("territories", "0004_closure_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RegistrationAsking",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("confirm", "confirmation demandée"),
                            ("unconfirmed", "non reconfirmée"),
                            ("mandate", "fin de mandat : garder ou non"),
                        ],
                        max_length=12,
                        verbose_name="objet",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="depuis")),
                ("at", models.DateTimeField(verbose_name="le")),
            ],
            options={
                "verbose_name": "demande faite à une personne inscrite",
                "verbose_name_plural": "demandes faites aux personnes inscrites",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("state", "active")), fields=["confirmed_at"], name="alarm_by_confirmation"
            ),
        ),
        migrations.AddField(
            model_name="registrationasking",
            name="registration",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="askings",
                to="alarm_registry.registration",
                verbose_name="inscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationasking",
            constraint=models.UniqueConstraint(fields=("registration", "kind", "since"), name="alarm_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="registrationasking",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["confirm", "unconfirmed", "mandate"])), name="alarm_asking_kind_known"
            ),
        ),
        append_only("alarm_registry_registrationasking"),
    ]
