"""Rules of the file that no path gets round, and the published grid with its delays."""

import json
from pathlib import Path

from django.db import migrations

from core.triggers import append_only, frozen_when, trigger, unless_rotating_keys

DATA = Path(__file__).resolve().parent.parent / "data" / "grid_v1.json"
DELAYS = {"immediate": 2, "high": 24, "normal": 72}


def load_grid(apps, schema_editor):
    data = json.loads(DATA.read_text(encoding="utf-8"))
    questions = data.pop("questions")
    grid_model = apps.get_model("cases", "GridVersion")
    grid = grid_model.objects.create(state="draft", **data)
    question_model = apps.get_model("cases", "GridQuestion")
    question_model.objects.bulk_create(question_model(grid=grid, **question) for question in questions)
    # Published at a date before any evaluation: the demonstration's history reaches back two years.
    grid_model.objects.filter(pk=grid.pk).update(state="published", published_at="2022-01-01T00:00:00+01:00")
    delay = apps.get_model("cases", "UrgencyDelay")
    delay.objects.bulk_create(delay(urgency=urgency, hours=hours) for urgency, hours in DELAYS.items())


def unload_grid(apps, schema_editor):
    apps.get_model("cases", "UrgencyDelay").objects.all().delete()


CASE_RULES = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Un dossier ne se supprime pas.', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION USING MESSAGE = 'Un dossier s''ouvre avant de se clore.', ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM accounts_unit u WHERE u.id = NEW.unit_id AND u.departement_id = NEW.departement_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Le dossier est dans le département de son unité.',
                ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.reference <> OLD.reference OR NEW.official_id <> OLD.official_id OR NEW.opened_at <> OLD.opened_at
        OR NEW.unit_id <> OLD.unit_id OR NEW.departement_id <> OLD.departement_id THEN
        RAISE EXCEPTION USING
            MESSAGE = 'La référence, la personne, l''unité et l''ouverture d''un dossier ne changent pas.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'closed' AND OLD.state <> 'closed' AND (
        EXISTS (SELECT FROM cases_evaluation e WHERE e.case_id = NEW.id AND e.state <> 'validated')
        OR EXISTS (
            SELECT FROM cases_threat t WHERE t.case_id = NEW.id
            AND NOT EXISTS (
                SELECT FROM cases_evaluation e
                WHERE e.threat_id = t.id AND e.state = 'validated' AND e.threat_version = t.version
            )
        )
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'Ce dossier ne peut pas être clos : une menace n''a pas d''évaluation validée.',
            ERRCODE = 'check_violation', CONSTRAINT = 'case_closed_only_evaluated';
    END IF;
    RETURN NEW;
"""

# FOR SHARE waits for a closing under way and makes the next one wait: both orders end well.
OPEN_CASE = """
    PERFORM 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.state = 'open' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Ce dossier est clos : il ne reçoit plus rien.',
            ERRCODE = 'check_violation', CONSTRAINT = 'case_open_to_write';
    END IF;
"""

THREAT_RULES = (
    unless_rotating_keys(("place", "description", "author_description"))
    + """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une menace ne se supprime pas.', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.case_id <> OLD.case_id OR NEW.logged_at <> OLD.logged_at OR NEW.logged_by_id <> OLD.logged_by_id
        OR NEW.recorded_unit_id <> OLD.recorded_unit_id
        OR NEW.recorded_departement_id <> OLD.recorded_departement_id
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Le dossier et l''enregistrement d''une menace ne changent pas.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.version = OLD.version THEN
        RAISE EXCEPTION USING MESSAGE = 'Une correction change la version de la menace.', ERRCODE = 'check_violation';
    END IF;
"""
    + OPEN_CASE
    + """
    RETURN NEW;
"""
)

EVALUATION_RULES = (
    unless_rotating_keys(("departure_reason", "comment"))
    + """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une évaluation ne se supprime pas.', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'todo' THEN
            RAISE EXCEPTION USING MESSAGE = 'Une évaluation commence « à faire ».', ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM cases_threat t WHERE t.id = NEW.threat_id AND t.case_id = NEW.case_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'La menace est d''un autre dossier.', ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM cases_gridversion g WHERE g.id = NEW.grid_id AND g.state = 'published';
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une évaluation se fait sur une grille publiée.',
                ERRCODE = 'check_violation';
        END IF;
"""
    + OPEN_CASE
    + """
        RETURN NEW;
    END IF;
    IF NEW.threat_id <> OLD.threat_id OR NEW.case_id <> OLD.case_id OR NEW.number <> OLD.number
        OR NEW.grid_id <> OLD.grid_id OR NEW.due_at <> OLD.due_at OR NEW.opened_at <> OLD.opened_at THEN
        RAISE EXCEPTION USING MESSAGE = 'La menace, la grille et l''échéance d''une évaluation ne changent pas.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'todo' AND NEW.state = 'submitted')
        OR (OLD.state = 'submitted' AND NEW.state IN ('validated', 'todo'))
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Ce changement d''état de l''évaluation n''existe pas.',
            ERRCODE = 'check_violation', CONSTRAINT = 'evaluation_transition';
    END IF;
    IF OLD.state = 'submitted' AND NEW.state <> 'todo'
        AND to_jsonb(NEW) - ARRAY['state', 'validated_by_id', 'validated_at']
            <> to_jsonb(OLD) - ARRAY['state', 'validated_by_id', 'validated_at'] THEN
        RAISE EXCEPTION USING MESSAGE = 'Une évaluation transmise se valide telle quelle, ou se renvoie.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'todo' THEN
        PERFORM 1 FROM cases_threat t WHERE t.id = NEW.threat_id AND t.version = NEW.threat_version;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING
                MESSAGE = 'La menace a été corrigée depuis : l''évaluation porte sur d''autres faits.',
                ERRCODE = 'check_violation', CONSTRAINT = 'evaluation_of_current_facts';
        END IF;
    END IF;
    RETURN NEW;
"""
)

PUBLISHED = "Une grille publiée ne change plus : ouvrez une nouvelle version."
QUESTION_RULES = f"""
    PERFORM 1 FROM cases_gridversion g
    WHERE g.state = 'published'
        AND (g.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.grid_id ELSE OLD.grid_id END
             OR (TG_OP = 'UPDATE' AND g.id = NEW.grid_id));
    IF FOUND THEN
        RAISE EXCEPTION USING MESSAGE = '{PUBLISHED}', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.RunPython(load_grid, unload_grid),
        append_only("cases_caseevent"),
        frozen_when(
            "cases_evaluation",
            "OLD.state = 'validated'",
            "Une évaluation validée ne change plus : une correction ouvre une nouvelle version.",
            encrypted=("departure_reason", "comment"),
        ),
        trigger("cases_evaluation_rules", "cases_evaluation", "BEFORE INSERT OR UPDATE OR DELETE", EVALUATION_RULES),
        trigger("cases_case_rules", "cases_case", "BEFORE INSERT OR UPDATE OR DELETE", CASE_RULES),
        trigger("cases_threat_rules", "cases_threat", "BEFORE INSERT OR UPDATE OR DELETE", THREAT_RULES),
        frozen_when("cases_gridversion", "OLD.state = 'published'", PUBLISHED),
        trigger("cases_gridquestion_rules", "cases_gridquestion", "BEFORE INSERT OR UPDATE OR DELETE", QUESTION_RULES),
    ]
