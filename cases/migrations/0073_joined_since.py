"""What was joined during a merge goes back with its threat. The rules of migration 0031 are replaced whole."""

from importlib import import_module

from django.db import migrations

from core.triggers import trigger

before = import_module("cases.migrations.0031_attachment_rules")

FROZEN = "    IF to_jsonb(NEW) - "
JOINED_SINCE = """
    -- The undo of a merge takes what was joined since with its threat, as if it had been joined there.
    IF NEW.case_id <> OLD.case_id AND OLD.joined_to_id = OLD.case_id AND NEW.joined_to_id = NEW.case_id
        AND to_jsonb(NEW) - ARRAY['case_id', 'joined_to_id'] = to_jsonb(OLD) - ARRAY['case_id', 'joined_to_id']
        AND cases_merge_under_way(OLD.case_id, NEW.case_id, 'undoing') THEN
        RETURN NEW;
    END IF;
"""
RULES = before.ATTACHMENT_RULES.replace(FROZEN, JOINED_SINCE.lstrip("\n") + FROZEN, 1)
ON_WRITE = "BEFORE INSERT OR UPDATE OR DELETE"


class Migration(migrations.Migration):
    dependencies = [("cases", "0072_words")]

    operations = [
        migrations.RunSQL(
            sql=trigger("cases_attachment_rules", "cases_attachment", ON_WRITE, RULES).sql,
            reverse_sql=trigger("cases_attachment_rules", "cases_attachment", ON_WRITE, before.ATTACHMENT_RULES).sql,
        ),
    ]
