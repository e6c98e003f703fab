"""Rules of the call button that no path gets round."""

from django.db import migrations

from core.triggers import append_only, frozen_when, trigger, unless_rotating_keys

REMEDY = (
    "Dans les deux mois qui suivent la réception de cette décision, vous pouvez demander au préfet de la revoir"
    " (recours gracieux), ou saisir le tribunal administratif (recours contentieux), par courrier ou sur"
    " l'application Télérecours citoyens. Votre référent peut vous aider à écrire votre demande."
)
FIRST_RULES = [("2022-01-01", 30)]


def load_rules(apps, schema_editor):
    rules = apps.get_model("call_buttons", "CallButtonRules")
    rules.objects.bulk_create(
        rules(in_force_from=day, evaluation_max_age_days=days, remedy=REMEDY) for day, days in FIRST_RULES
    )


def unload_rules(apps, schema_editor):
    apps.get_model("call_buttons", "CallButtonRules").objects.all().delete()


THREE_MONTHS = """
ALTER TABLE call_buttons_callbuttongrant ADD CONSTRAINT grant_three_months CHECK (
    NOT isempty(period) AND lower_inc(period) AND NOT upper_inc(period)
    AND upper(period) = (lower(period) + interval '3 months')::date + 1
);
"""

REQUEST_RULES = (
    unless_rotating_keys(("motive", "opinion_text"))
    + """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une demande ne se supprime pas.', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' THEN
            RAISE EXCEPTION USING MESSAGE = 'Une demande commence en attente.', ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.state = 'open' AND c.official_id = NEW.official_id
            AND c.unit_id = NEW.unit_id AND c.departement_id = NEW.departement_id FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une demande est celle d''un dossier ouvert : même élu, même unité.',
                ERRCODE = 'check_violation', CONSTRAINT = 'request_matches_case';
        END IF;
        PERFORM 1 FROM cases_evaluation e WHERE e.id = NEW.evaluation_id AND e.case_id = NEW.case_id
            AND e.state = 'validated' AND e.validated_at >= NEW.requested_at - make_interval(days => (
                SELECT r.evaluation_max_age_days FROM call_buttons_callbuttonrules r
                WHERE r.in_force_from <= NEW.requested_at::date ORDER BY r.in_force_from DESC LIMIT 1
            ));
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une demande s''appuie sur une évaluation du dossier, validée et récente.',
                ERRCODE = 'check_violation', CONSTRAINT = 'request_recent_evaluation';
        END IF;
        IF NEW.renews_id IS NOT NULL THEN
            PERFORM 1 FROM call_buttons_callbuttongrant g WHERE g.id = NEW.renews_id
                AND g.official_id = NEW.official_id AND g.departement_id = NEW.departement_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING MESSAGE = 'Un renouvellement suit la protection de la même personne, ici.',
                    ERRCODE = 'check_violation', CONSTRAINT = 'request_renews_same_person';
            END IF;
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.case_id <> OLD.case_id OR NEW.official_id <> OLD.official_id
        OR NEW.departement_id <> OLD.departement_id OR NEW.unit_id <> OLD.unit_id
        OR NEW.evaluation_id <> OLD.evaluation_id OR NEW.renews_id IS DISTINCT FROM OLD.renews_id
        OR NEW.requested_by_id <> OLD.requested_by_id OR NEW.requested_at <> OLD.requested_at
        OR NEW.motive <> OLD.motive THEN
        RAISE EXCEPTION USING MESSAGE = 'Ce que dit une demande ne change pas.', ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('granted', 'refused') THEN
        PERFORM 1 FROM call_buttons_callbuttondecision d WHERE d.request_id = NEW.id AND d.outcome = NEW.state;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une demande n''est accordée ou refusée que par une décision.',
                ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_by_decision';
        END IF;
    END IF;
    RETURN NEW;
"""
)

DECISION_RULES = """
    SELECT r.state, r.requested_by_id, r.departement_id, d.time_zone INTO target
    FROM call_buttons_callbuttonrequest r JOIN territories_departement d ON d.code = r.departement_id
    WHERE r.id = NEW.request_id FOR NO KEY UPDATE OF r;
    IF target.state <> 'pending' THEN
        RAISE EXCEPTION USING MESSAGE = 'Cette demande est déjà décidée.',
            ERRCODE = 'check_violation', CONSTRAINT = 'decision_once';
    END IF;
    IF target.requested_by_id = NEW.decided_by_id THEN
        RAISE EXCEPTION USING MESSAGE = 'La personne qui demande ne décide pas.',
            ERRCODE = 'check_violation', CONSTRAINT = 'decision_not_by_requester';
    END IF;
    PERFORM 1 FROM accounts_posting p WHERE p.user_id = NEW.decided_by_id AND p.role = 'decider'
        AND p.departement_id = target.departement_id
        AND p.period @> timezone(target.time_zone, NEW.decided_at)::date;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Seul un décideur habilité dans ce département décide.',
            ERRCODE = 'check_violation', CONSTRAINT = 'decision_by_decider';
    END IF;
    RETURN NEW;
"""

# At the end of the transaction: a decision without its consequence is refused whole.
DECISION_COMPLETE = """
    PERFORM 1 FROM call_buttons_callbuttonrequest r WHERE r.id = NEW.request_id AND r.state = NEW.outcome;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'La demande doit porter le sens de sa décision.',
            ERRCODE = 'check_violation', CONSTRAINT = 'decision_reaches_request';
    END IF;
    IF NEW.outcome = 'granted' THEN
        PERFORM 1 FROM call_buttons_callbuttongrant g WHERE g.decision_id = NEW.id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Un accord ouvre une période de protection.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_opens_period';
        END IF;
    END IF;
    RETURN NULL;
"""

GRANT_RULES = """
    SELECT d.outcome, r.case_id, r.official_id, r.unit_id, r.departement_id, r.renews_id,
        timezone(t.time_zone, d.decided_at)::date AS decided_on, upper(previous.period) AS previous_end INTO target
    FROM call_buttons_callbuttondecision d JOIN call_buttons_callbuttonrequest r ON r.id = d.request_id
    JOIN territories_departement t ON t.code = r.departement_id
    LEFT JOIN call_buttons_callbuttongrant previous ON previous.id = r.renews_id
    WHERE d.id = NEW.decision_id;
    IF target.outcome <> 'granted' THEN
        RAISE EXCEPTION USING MESSAGE = 'Un refus n''ouvre pas de période de protection.',
            ERRCODE = 'check_violation', CONSTRAINT = 'grant_from_granting_decision';
    END IF;
    IF target.case_id <> NEW.case_id OR target.official_id <> NEW.official_id
        OR target.unit_id <> NEW.unit_id OR target.departement_id <> NEW.departement_id OR target.renews_id IS DISTINCT FROM NEW.previous_id THEN
        RAISE EXCEPTION USING MESSAGE = 'La période de protection ne correspond pas à la demande décidée.',
            ERRCODE = 'check_violation', CONSTRAINT = 'grant_matches_request';
    END IF;
    IF lower(NEW.period) <> greatest(target.decided_on, target.previous_end) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'La protection commence le jour de la décision, ou au lendemain de la période précédente.',
            ERRCODE = 'check_violation', CONSTRAINT = 'grant_starts_at_decision';
    END IF;
    RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("call_buttons", "0001_initial"), ("cases", "0002_rules_and_grid")]

    operations = [
        migrations.RunPython(load_rules, unload_rules),
        migrations.RunSQL(THREE_MONTHS, "ALTER TABLE call_buttons_callbuttongrant DROP CONSTRAINT grant_three_months"),
        append_only("call_buttons_callbuttondecision", encrypted=("internal_motive", "communicable_motive")),
        append_only("call_buttons_callbuttongrant"),
        append_only("call_buttons_callbuttonrules"),
        append_only("call_buttons_callbuttonreminder"),
        append_only("call_buttons_callbuttonremindermessage"),
        frozen_when(
            "call_buttons_callbuttonrequest",
            "OLD.state <> 'pending'",
            "Une demande décidée ne change plus.",
            encrypted=("motive", "opinion_text"),
        ),
        trigger(
            "call_buttons_request_rules",
            "call_buttons_callbuttonrequest",
            "BEFORE INSERT OR UPDATE OR DELETE",
            REQUEST_RULES,
        ),
        trigger(
            "call_buttons_decision_rules",
            "call_buttons_callbuttondecision",
            "BEFORE INSERT",
            DECISION_RULES,
            declare="target record;",
        ),
        migrations.RunSQL(
            f"""
CREATE OR REPLACE FUNCTION call_buttons_decision_complete() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
{DECISION_COMPLETE}
END;
$function$;
CREATE CONSTRAINT TRIGGER call_buttons_decision_complete AFTER INSERT ON call_buttons_callbuttondecision
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION call_buttons_decision_complete();
""",
            """
DROP TRIGGER call_buttons_decision_complete ON call_buttons_callbuttondecision;
DROP FUNCTION call_buttons_decision_complete();
""",
        ),
        trigger(
            "call_buttons_grant_rules",
            "call_buttons_callbuttongrant",
            "BEFORE INSERT",
            GRANT_RULES,
            declare="target record;",
        ),
    ]
