"""What the database refuses about contributors, people covered and escalations; delays of the climb."""

from django.db import migrations

from core.triggers import append_only, trigger, unless_rotating_keys

# Hours past the term: half the delay for the hierarchy, the whole of it for the prefecture.
CLIMBS = {"immediate": (1, 2), "high": (12, 24), "normal": (36, 72)}


def set_climbs(apps, schema_editor):
    delay = apps.get_model("cases", "UrgencyDelay")
    for urgency, (hierarchy, prefecture) in CLIMBS.items():
        delay.objects.filter(urgency=urgency).update(hierarchy_hours=hierarchy, prefecture_hours=prefecture)


# Named to fire after cases_evaluation_frozen and cases_evaluation_rules, whose sentences say more.
CONTRIBUTORS = """
    IF NEW.contributors IS DISTINCT FROM OLD.contributors AND NOT NEW.contributors @> OLD.contributors THEN
        RAISE EXCEPTION USING MESSAGE = 'Qui a écrit dans une évaluation n''en est pas retiré.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'evaluation_contributors_grow';
    END IF;
    -- Whoever is or was named as the author wrote in it, even by a path that forgot to say so.
    IF OLD.state = 'todo' AND NEW.evaluated_by_id IS NOT NULL
        AND NOT NEW.contributors @> to_jsonb(NEW.evaluated_by_id) THEN
        NEW.contributors := NEW.contributors || to_jsonb(NEW.evaluated_by_id);
    END IF;
    IF OLD.state = 'todo' AND NEW.answers IS DISTINCT FROM OLD.answers AND jsonb_array_length(NEW.contributors) = 0 THEN
        RAISE EXCEPTION USING MESSAGE = 'Des réponses ont un auteur.',
            ERRCODE = 'check_violation', CONSTRAINT = 'evaluation_answers_have_author';
    END IF;
    -- The author himself is refused by the check evaluation_validated_by_another.
    IF NEW.validated_by_id IS NOT NULL AND NEW.validated_by_id <> NEW.evaluated_by_id
        AND OLD.contributors @> to_jsonb(NEW.validated_by_id) THEN
        RAISE EXCEPTION USING MESSAGE = 'Une personne qui a rempli l''évaluation ne la valide pas.',
            ERRCODE = 'check_violation', CONSTRAINT = 'evaluation_validated_by_no_contributor';
    END IF;
    RETURN NEW;
"""

# FOR SHARE: a draft and a sending of the same evaluation queue here.
PEOPLE_RULES = (
    unless_rotating_keys(("note",))
    + """
    IF TG_OP = 'UPDATE' AND NEW.evaluation_id <> OLD.evaluation_id THEN
        RAISE EXCEPTION USING MESSAGE = 'Une personne couverte ne change pas d''évaluation.',
            ERRCODE = 'restrict_violation';
    END IF;
    PERFORM 1 FROM cases_evaluation e
    WHERE e.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.evaluation_id ELSE NEW.evaluation_id END AND e.state = 'todo'
    FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Les personnes couvertes par une évaluation transmise ne changent plus.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'evaluated_people_frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0040_evaluating")]

    operations = [
        migrations.RunPython(set_climbs, migrations.RunPython.noop),
        trigger("cases_evaluation_who", "cases_evaluation", "BEFORE UPDATE", CONTRIBUTORS),
        trigger(
            "cases_evaluatedperson_rules",
            "cases_evaluatedperson",
            "BEFORE INSERT OR UPDATE OR DELETE",
            PEOPLE_RULES,
        ),
        append_only("cases_evaluationescalation"),
        append_only("cases_urgencydelaychange"),
    ]
