"""Supervision of the 17: alerts and draws that nobody rewrites, nor answers about himself."""

from django.conf import settings
from django.db import migrations, models

from core.triggers import trigger

# An alert keeps whom and what it is about; answered, it is closed.
ALERT_RULES = """
    IF OLD.seen_at IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = 'Une alerte traitée ne change plus.', ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.operator_id, NEW.asked_by, NEW.departement_id, NEW.kind, NEW.raised_at) IS DISTINCT FROM
       (OLD.id, OLD.operator_id, OLD.asked_by, OLD.departement_id, OLD.kind, OLD.raised_at) THEN
        RAISE EXCEPTION USING MESSAGE = 'De qui et de quoi vient une alerte ne se réécrit pas.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

# A consultation drawn is one of its centre, of its month, that showed a record; another person says what it was, once.
SAMPLE_RULES = """
    SELECT l.operator_id, l.departement_id, l.shown_id, date_trunc('month', timezone(d.time_zone, l.at))::date AS month
    INTO drawn FROM alarm_registry_lookup l JOIN territories_departement d ON d.code = l.departement_id
    WHERE l.id = NEW.lookup_id;
    IF TG_OP = 'INSERT' THEN
        IF drawn.departement_id <> NEW.departement_id OR drawn.shown_id IS NULL THEN
            RAISE EXCEPTION USING MESSAGE = 'Une consultation à confirmer est celle d''une fiche, par un agent de son centre.',
                ERRCODE = 'check_violation', CONSTRAINT = 'lookup_sample_of_its_centre';
        END IF;
        IF drawn.month <> NEW.month THEN
            RAISE EXCEPTION USING MESSAGE = 'Une consultation à confirmer est de son mois.',
                ERRCODE = 'check_violation', CONSTRAINT = 'lookup_sample_of_its_month';
        END IF;
    ELSE
        IF OLD.verdict <> '' THEN
            RAISE EXCEPTION USING MESSAGE = 'Une consultation contrôlée ne change plus.', ERRCODE = 'restrict_violation';
        END IF;
        IF (NEW.id, NEW.month, NEW.departement_id, NEW.rank, NEW.lookup_id) IS DISTINCT FROM
           (OLD.id, OLD.month, OLD.departement_id, OLD.rank, OLD.lookup_id) THEN
            RAISE EXCEPTION USING MESSAGE = 'Ce que le sort a désigné ne se réécrit pas.', ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.reviewed_by_id = drawn.operator_id THEN
        RAISE EXCEPTION USING MESSAGE = 'Personne ne contrôle ses propres consultations.',
            ERRCODE = 'check_violation', CONSTRAINT = 'lookup_sample_of_another';
    END IF;
    RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alarm_registry", "0003_askings"),
        ("territories", "0004_closure_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="lookupsample",
            options={
                "ordering": ["-month", "rank"],
                "verbose_name": "consultation à confirmer",
                "verbose_name_plural": "consultations à confirmer",
            },
        ),
        migrations.RemoveConstraint(
            model_name="lookupalert",
            name="lookup_alert_once_open",
        ),
        migrations.RemoveIndex(
            model_name="lookupsample",
            name="lookup_samples_of_centre",
        ),
        migrations.AddField(
            model_name="lookupsample",
            name="rank",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="rang"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="lookupalert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("seen_at__isnull", True)),
                fields=("departement", "operator", "asked_by", "kind"),
                name="lookup_alert_once_open",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="lookupalert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seen_by__isnull", True),
                    ("operator__isnull", True),
                    models.Q(("seen_by", models.F("operator")), _negated=True),
                    _connector="OR",
                ),
                name="lookup_alert_of_another",
                violation_error_message="Personne ne répond à une alerte sur ses propres recherches.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookuplimits",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_an_hour__gte", models.F("in_five_minutes")), ("in_an_hour__lte", 500)),
                name="lookup_hour_holds_five_minutes",
                violation_error_message="En une heure : au moins autant qu'en 5 minutes, et 500 recherches au plus.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookupsample",
            constraint=models.UniqueConstraint(fields=("departement", "month", "rank"), name="lookup_sample_once"),
        ),
        migrations.AddConstraint(
            model_name="lookupsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__gte", 1), ("rank__lte", 10)),
                name="lookup_sample_ten_at_most",
                violation_error_message="Dix consultations par mois au plus.",
            ),
        ),
        trigger("alarm_registry_lookupalert_rules", "alarm_registry_lookupalert", "BEFORE UPDATE", ALERT_RULES),
        trigger(
            "alarm_registry_lookupsample_rules",
            "alarm_registry_lookupsample",
            "BEFORE INSERT OR UPDATE",
            SAMPLE_RULES,
            declare="drawn record;",
        ),
    ]
