"""A task belongs to the unit and the département of its file, whoever writes it and wherever the file goes."""

from django.db import migrations

from core.triggers import trigger

COPY = """
    SELECT c.unit_id, c.departement_id INTO NEW.unit_id, NEW.departement_id FROM cases_case c WHERE c.id = NEW.case_id;
    RETURN NEW;
"""
FOLLOW = """
    UPDATE cases_casetask SET unit_id = NEW.unit_id, departement_id = NEW.departement_id WHERE case_id = NEW.id;
    RETURN NULL;
"""
FILL = """
UPDATE cases_casetask t SET unit_id = c.unit_id, departement_id = c.departement_id
FROM cases_case c WHERE c.id = t.case_id
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0070_tasks_and_timeline")]

    operations = [
        trigger(
            "cases_casetask_scope",
            "cases_casetask",
            "BEFORE INSERT OR UPDATE OF case_id, unit_id, departement_id",
            COPY,
        ),
        trigger("cases_casetask_follow", "cases_case", "AFTER UPDATE OF unit_id, departement_id", FOLLOW),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
