"""The offences of the pick list, a victim for each threat already logged, and the rules of victims and offences."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange

from core.triggers import trigger

DATA = Path(__file__).resolve().parent.parent / "data" / "offences_v1.json"


def load_offences(apps, schema_editor):
    offence = apps.get_model("cases", "Offence")
    rows = []
    for row in json.loads(DATA.read_text(encoding="utf-8")):
        first, after = row.pop("in_force_from"), row.pop("in_force_until")
        period = DateRange(date.fromisoformat(first), date.fromisoformat(after) if after else None)
        rows.append(offence(in_force=period, **row))
    offence.objects.bulk_create(rows)


def name_victims(apps, schema_editor):
    """Until now the victim was the élu of the file, at the mandate of the threat."""
    victim = apps.get_model("cases", "Victim")
    threats = apps.get_model("cases", "Threat").objects.filter(victims__isnull=True)
    batch = []
    for threat in threats.values("pk", "case__official_id", "mandate_id").iterator(chunk_size=2000):
        batch.append(
            victim(threat_id=threat["pk"], official_id=threat["case__official_id"], mandate_id=threat["mandate_id"])
        )
        if len(batch) == 2000:
            victim.objects.bulk_create(batch)
            batch = []
    victim.objects.bulk_create(batch)


def keep(apps, schema_editor):
    """Nothing to undo: the tables go with the migration before, or hold what they held."""


# FOR SHARE waits for a closing under way and makes the next one wait, as for the threats themselves.
OPEN_FILE = """
    PERFORM 1 FROM cases_threat t JOIN cases_case c ON c.id = t.case_id
    WHERE t.id = NEW.threat_id AND c.state = 'open' FOR SHARE OF c;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Ce dossier est clos : il ne reçoit plus rien.',
            ERRCODE = 'check_violation', CONSTRAINT = 'case_open_to_write';
    END IF;
"""
VICTIM_RULES = (
    OPEN_FILE
    + """
    IF NEW.mandate_id IS NOT NULL THEN
        PERFORM 1 FROM officials_mandate m WHERE m.id = NEW.mandate_id AND m.official_id = NEW.official_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Le mandat visé est celui d''une autre personne.',
                ERRCODE = 'check_violation', CONSTRAINT = 'victim_mandate_is_hers';
        END IF;
    END IF;
    RETURN NEW;
"""
)
LAST_VICTIM = """
    PERFORM 1 FROM cases_victim v WHERE v.threat_id = OLD.threat_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Une menace vise au moins une personne.',
            ERRCODE = 'check_violation', CONSTRAINT = 'threat_has_a_victim';
    END IF;
    RETURN NULL;
"""
OFFENCE_RULES = (
    OPEN_FILE
    + """
    PERFORM 1 FROM cases_threat t JOIN cases_offence o ON o.id = NEW.offence_id
    WHERE t.id = NEW.threat_id AND o.in_force @> timezone(t.occurred_zone, t.occurred_at)::date;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Ce texte n''était pas en vigueur le jour des faits.',
            ERRCODE = 'check_violation', CONSTRAINT = 'offence_in_force_that_day';
    END IF;
    RETURN NEW;
"""
)
CODE_RULES = """
    IF NEW.person_id <> OLD.person_id OR NEW.code_hash <> OLD.code_hash OR NEW.email_index <> OLD.email_index
        OR NEW.expires_at <> OLD.expires_at OR NEW.attempts < OLD.attempts THEN
        RAISE EXCEPTION USING MESSAGE = 'Un code remis ne change pas : remettez-en un autre.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_logging"), ("officials", "0010_activation_codes")]

    operations = [
        migrations.RunPython(load_offences, keep),
        migrations.RunPython(name_victims, keep),
        trigger("cases_victim_rules", "cases_victim", "BEFORE INSERT OR UPDATE", VICTIM_RULES),
        trigger("cases_victim_last", "cases_victim", "AFTER DELETE", LAST_VICTIM),
        trigger("cases_threatoffence_rules", "cases_threatoffence", "BEFORE INSERT OR UPDATE", OFFENCE_RULES),
        trigger("cases_procedure_rules", "cases_procedure", "BEFORE INSERT", OPEN_FILE + "    RETURN NEW;\n"),
        trigger("officials_activationcode_rules", "officials_activationcode", "BEFORE UPDATE", CODE_RULES),
    ]
