"""Rules of protective measures and of vigilance that no path gets round, and who decides each kind."""

from datetime import date

from django.db import migrations

from core.triggers import append_only, frozen_when, trigger, unless_rotating_keys

UNIT = ["referent", "unit_head"]
PREFECTURE = ["instructor", "decider"]
# kind: roles that decide, decided by another than the proposer, days before the first review.
RULES = {
    "advice": (UNIT, False, 90),
    "reinforced_vigilance": (UNIT, True, 30),
    "patrols": (UNIT, True, 30),
    "alarm": (UNIT, False, 180),
    "site_survey": (UNIT, False, 60),
    "video": (["decider"], True, 90),
    "physical_security": (PREFECTURE, True, 90),
    "event_security": (UNIT, True, 15),
    "accompaniment": (UNIT, False, 30),
    "psychological_support": (UNIT, False, 30),
    "functional_protection": (PREFECTURE, True, 30),
    "cyber": (UNIT, False, 30),
    "close_protection": (["decider"], True, 30),
}


def load_rules(apps, schema_editor):
    rule = apps.get_model("cases", "MeasureRule")
    rule.objects.bulk_create(
        rule(kind=kind, since=date(2022, 1, 1), deciders=deciders, by_another=by_another, review_days=days)
        for kind, (deciders, by_another, days) in RULES.items()
    )


def unload_rules(apps, schema_editor):
    apps.get_model("cases", "MeasureRule").objects.all().delete()


MEASURE_DECLARE = "    rule RECORD;\n    today date;"
MEASURE_RULES = (
    unless_rotating_keys(("place", "refusal_reason", "exit_replacement", "exit_return"))
    + """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une mesure ne se supprime pas.', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.case_id <> OLD.case_id THEN
        -- Only a merge, or its undo, moves a measure: whole, with its file.
        IF to_jsonb(NEW) - 'case_id' = to_jsonb(OLD) - 'case_id'
            AND cases_merge_under_way(OLD.case_id, NEW.case_id, 'any') THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION USING MESSAGE = 'Une mesure reste dans son dossier.', ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('proposed', 'decided', 'in_force') THEN
        -- Waits for a closing under way and makes the next one wait: both orders end well.
        PERFORM 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.state = 'open' FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Ce dossier est clos : il ne porte plus de mesure.',
                ERRCODE = 'check_violation', CONSTRAINT = 'measure_in_open_case';
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' THEN
            RAISE EXCEPTION USING MESSAGE = 'Une mesure commence par être proposée.', ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM cases_evaluation e
        WHERE e.id = NEW.evaluation_id AND e.case_id = NEW.case_id AND e.state = 'validated';
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une mesure repose sur une évaluation validée de son dossier.',
                ERRCODE = 'check_violation', CONSTRAINT = 'measure_on_validated_evaluation';
        END IF;
        IF NEW.person_id IS NOT NULL THEN
            PERFORM 1 FROM officials_protectedperson p JOIN cases_case c ON c.official_id = p.official_id
            WHERE p.id = NEW.person_id AND c.id = NEW.case_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING MESSAGE = 'Cette personne n''est pas de l''entourage de l''élu du dossier.',
                    ERRCODE = 'check_violation', CONSTRAINT = 'measure_person_of_household';
            END IF;
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.evaluation_id <> OLD.evaluation_id OR NEW.kind <> OLD.kind OR NEW.proposed_by_id <> OLD.proposed_by_id
        OR NEW.proposed_at <> OLD.proposed_at OR NEW.target <> OLD.target
        OR NEW.person_id IS DISTINCT FROM OLD.person_id OR (
            OLD.decided_at IS NOT NULL AND (
                NEW.decided_at <> OLD.decided_at OR NEW.decided_by_id <> OLD.decided_by_id
                OR NEW.decider_role <> OLD.decider_role
            )
        ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Ce qu''est une mesure, qui la propose et qui la décide ne changent pas.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'proposed' AND NEW.state IN ('decided', 'refused'))
        OR (OLD.state = 'decided' AND NEW.state IN ('in_force', 'ended'))
        OR (OLD.state = 'in_force' AND NEW.state = 'ended')
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Ce changement d''état de la mesure n''existe pas.',
            ERRCODE = 'check_violation', CONSTRAINT = 'measure_transition';
    END IF;
    IF OLD.state = 'proposed' AND NEW.state IN ('decided', 'refused') THEN
        SELECT (NEW.decided_at AT TIME ZONE d.time_zone)::date INTO today
        FROM cases_case c JOIN territories_departement d ON d.code = c.departement_id WHERE c.id = NEW.case_id;
        SELECT r.deciders, r.by_another INTO rule FROM cases_measurerule r
        WHERE r.kind = NEW.kind AND r.since <= today ORDER BY r.since DESC LIMIT 1;
        IF NOT FOUND OR NOT rule.deciders ? NEW.decider_role THEN
            RAISE EXCEPTION USING MESSAGE = 'Ce rôle ne décide pas cette mesure.',
                ERRCODE = 'check_violation', CONSTRAINT = 'measure_decider_of_rule';
        END IF;
        IF rule.by_another AND NEW.decided_by_id = NEW.proposed_by_id THEN
            RAISE EXCEPTION USING MESSAGE = 'Une autre personne que celle qui propose décide cette mesure.',
                ERRCODE = 'check_violation', CONSTRAINT = 'measure_decided_by_another';
        END IF;
        PERFORM 1 FROM accounts_posting p JOIN cases_case c ON c.id = NEW.case_id
        WHERE p.user_id = NEW.decided_by_id AND p.role = NEW.decider_role AND p.period @> today
            AND (p.unit_id = c.unit_id OR p.departement_id = c.departement_id);
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'La personne qui décide n''a pas ce rôle sur ce dossier.',
                ERRCODE = 'check_violation', CONSTRAINT = 'measure_decider_posted';
        END IF;
    END IF;
    IF NEW.version = OLD.version THEN
        RAISE EXCEPTION USING MESSAGE = 'Un changement de la mesure change sa version.', ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
)

# A trigger of its own, beside the rules of the file (cases_case_rules).
CASE_MEASURES = """
    IF NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (
        SELECT FROM cases_protectivemeasure m
        WHERE m.case_id = NEW.id AND m.state IN ('proposed', 'decided', 'in_force')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'Ce dossier ne peut pas être clos : une mesure de protection est en cours.',
            ERRCODE = 'check_violation', CONSTRAINT = 'case_closed_without_measure';
    END IF;
    RETURN NEW;
"""

ORDER_RULES = (
    unless_rotating_keys(("address", "instruction"))
    + """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une consigne ne se supprime pas.', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM cases_protectivemeasure m
        WHERE m.id = NEW.measure_id AND m.kind IN ('reinforced_vigilance', 'event_security')
            AND m.state IN ('decided', 'in_force');
        IF NOT FOUND OR NEW.closed_at IS NOT NULL THEN
            RAISE EXCEPTION USING MESSAGE = 'Une consigne se donne pour une vigilance décidée.',
                ERRCODE = 'check_violation', CONSTRAINT = 'vigilance_of_decided_measure';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.closed_at IS NOT NULL OR to_jsonb(NEW) - 'closed_at' <> to_jsonb(OLD) - 'closed_at' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une consigne donnée ne change pas : donnez-en une autre.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
)

UNIT_RULES = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une unité destinataire le reste.', ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.acknowledged_at IS NOT NULL OR NEW.order_id <> OLD.order_id OR NEW.unit_id <> OLD.unit_id THEN
        RAISE EXCEPTION USING MESSAGE = 'Un accusé de réception ne change pas.', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

PASSAGE_RULES = (
    unless_rotating_keys(("note",))
    + """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Un passage ne se supprime pas.', ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.note IS NOT NULL OR to_jsonb(NEW) - 'note' <> to_jsonb(OLD) - 'note' THEN
        RAISE EXCEPTION USING MESSAGE = 'Un passage ne change pas ; une ligne s''y ajoute une fois.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0050_measures"),
        ("officials", "0002_protected_persons"),
        ("territories", "0002_cog_2024"),
        ("accounts", "0002_notifications"),
    ]

    operations = [
        migrations.RunPython(load_rules, unload_rules),
        trigger(
            "cases_measure_rules",
            "cases_protectivemeasure",
            "BEFORE INSERT OR UPDATE OR DELETE",
            MEASURE_RULES,
            declare=MEASURE_DECLARE,
        ),
        frozen_when(
            "cases_protectivemeasure",
            "OLD.state IN ('ended', 'refused') AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'case_id'"
            " <> to_jsonb(OLD) - 'case_id')",
            "Une mesure terminée ou refusée ne change plus.",
            encrypted=("place", "refusal_reason", "exit_replacement", "exit_return"),
        ),
        append_only("cases_measuretrace", encrypted=("text",)),
        trigger("cases_case_measures", "cases_case", "BEFORE UPDATE", CASE_MEASURES),
        trigger("cases_vigilanceorder_rules", "cases_vigilanceorder", "BEFORE INSERT OR UPDATE OR DELETE", ORDER_RULES),
        trigger("cases_vigilanceunit_rules", "cases_vigilanceunit", "BEFORE UPDATE OR DELETE", UNIT_RULES),
        trigger("cases_vigilancepassage_rules", "cases_vigilancepassage", "BEFORE UPDATE OR DELETE", PASSAGE_RULES),
    ]
