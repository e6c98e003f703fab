"""Rules of withdrawals, escalations, prepared ends and agendas that no path gets round.

They stand beside those of 0002 and 0003 under names of their own: none of these is replaced.
"""

from django.db import migrations

from core.triggers import append_only, trigger

WITHDRAWAL_RULES = """
    SELECT r.state, r.unit_id, d.time_zone INTO target
    FROM call_buttons_callbuttonrequest r JOIN territories_departement d ON d.code = r.departement_id
    WHERE r.id = NEW.request_id FOR NO KEY UPDATE OF r;
    IF target.state <> 'pending' THEN
        RAISE EXCEPTION USING MESSAGE = 'Seule une demande en attente se retire.',
            ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_of_pending';
    END IF;
    PERFORM 1 FROM accounts_posting p WHERE p.user_id = NEW.by_id AND p.role = 'referent'
        AND p.unit_id = target.unit_id AND p.period @> timezone(target.time_zone, NEW.at)::date;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Seul un référent habilité dans l''unité de la demande la retire.',
            ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_by_referent';
    END IF;
    RETURN NEW;
"""

# At the end of the transaction, as for a decision: a withdrawal without its consequence is refused whole.
WITHDRAWAL_COMPLETE = """
    PERFORM 1 FROM call_buttons_callbuttonrequest r WHERE r.id = NEW.request_id AND r.state = 'withdrawn';
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Une demande dont le retrait est écrit est retirée.',
            ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_reaches_request';
    END IF;
    RETURN NULL;
"""

REQUEST_WITHDRAWN = """
    IF NEW.state = 'withdrawn' AND OLD.state <> 'withdrawn' THEN
        PERFORM 1 FROM call_buttons_callbuttonwithdrawal w WHERE w.request_id = NEW.id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Un retrait dit qui retire la demande, quand et pourquoi.',
                ERRCODE = 'check_violation', CONSTRAINT = 'request_withdrawn_by_withdrawal';
        END IF;
    END IF;
    RETURN NEW;
"""

ESCALATION_RULES = """
    SELECT r.state, greatest(r.requested_at, r.opinion_at) AS since, (
        SELECT s.escalation_hours FROM call_buttons_callbuttonrules s
        WHERE s.in_force_from <= timezone(d.time_zone, NEW.at)::date ORDER BY s.in_force_from DESC LIMIT 1
    ) AS hours INTO target
    FROM call_buttons_callbuttonrequest r JOIN territories_departement d ON d.code = r.departement_id
    WHERE r.id = NEW.request_id FOR NO KEY UPDATE OF r;
    IF target.state <> 'pending' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une demande décidée ou retirée ne monte plus à la permanence.',
            ERRCODE = 'check_violation', CONSTRAINT = 'escalation_of_pending';
    END IF;
    IF NEW.at < target.since + make_interval(hours => target.hours) THEN
        RAISE EXCEPTION USING MESSAGE = 'La permanence n''est prévenue qu''une fois le délai passé.',
            ERRCODE = 'check_violation', CONSTRAINT = 'escalation_after_the_delay';
    END IF;
    RETURN NEW;
"""

# The lock on the file is the one that asking for a renewal takes: grants themselves are append-only and lock nothing.
END_PLAN_RULES = """
    SELECT g.case_id, g.unit_id, g.departement_id, upper(g.period) - 1 AS last_day,
        timezone(d.time_zone, NEW.written_at)::date AS today INTO target
    FROM call_buttons_callbuttongrant g JOIN territories_departement d ON d.code = g.departement_id
    WHERE g.id = NEW.grant_id;
    PERFORM 1 FROM cases_case c WHERE c.id = target.case_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM call_buttons_callbuttonendacceptance a WHERE a.grant_id = NEW.grant_id) THEN
        RAISE EXCEPTION USING MESSAGE = 'La fin de cette mesure est actée : ce qui la prépare ne change plus.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF target.today < target.last_day - 30 THEN
        RAISE EXCEPTION USING MESSAGE = 'La fin d''une mesure se prépare dans les trente jours qui la précèdent.',
            ERRCODE = 'check_violation', CONSTRAINT = 'end_plan_in_its_time';
    END IF;
    IF NEW.version <> 1 + coalesce(
        (SELECT max(p.version) FROM call_buttons_callbuttonendplan p WHERE p.grant_id = NEW.grant_id), 0
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Les versions d''une fin préparée se suivent.',
            ERRCODE = 'check_violation', CONSTRAINT = 'end_plan_versions_follow';
    END IF;
    PERFORM 1 FROM accounts_posting p WHERE p.user_id = NEW.written_by_id AND p.period @> target.today
        AND (p.role = 'referent' AND p.unit_id = target.unit_id
            OR p.role = 'instructor' AND p.departement_id = target.departement_id);
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'La fin est préparée par un référent de l''unité ou un instructeur du département.',
            ERRCODE = 'check_violation', CONSTRAINT = 'end_plan_by_its_people';
    END IF;
    IF NEW.caller_id IS NOT NULL THEN
        PERFORM 1 FROM accounts_posting p WHERE p.user_id = NEW.caller_id AND p.role = 'referent'
            AND p.unit_id = target.unit_id AND p.period @> target.today;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'La personne qui appelle est un référent de l''unité.',
                ERRCODE = 'check_violation', CONSTRAINT = 'end_plan_caller_of_the_unit';
        END IF;
    END IF;
    RETURN NEW;
"""

END_ACCEPTANCE_RULES = """
    SELECT p.grant_id, p.version, g.case_id, g.departement_id,
        p.danger <> '' AND p.replacement <> '' AND p.comeback <> '' AND p.device_return <> ''
            AND p.caller_id IS NOT NULL AND p.person_told IS NOT NULL AS is_complete,
        timezone(d.time_zone, NEW.at)::date AS today INTO target
    FROM call_buttons_callbuttonendplan p JOIN call_buttons_callbuttongrant g ON g.id = p.grant_id
    JOIN territories_departement d ON d.code = g.departement_id
    WHERE p.id = NEW.plan_id;
    PERFORM 1 FROM cases_case c WHERE c.id = target.case_id FOR NO KEY UPDATE;
    IF target.grant_id <> NEW.grant_id OR EXISTS (
        SELECT FROM call_buttons_callbuttonendplan p WHERE p.grant_id = NEW.grant_id AND p.version > target.version
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Il est pris acte de la dernière version de la fin préparée.',
            ERRCODE = 'check_violation', CONSTRAINT = 'end_accepted_as_last_written';
    END IF;
    IF NOT target.is_complete THEN
        RAISE EXCEPTION USING MESSAGE = 'Les cinq réponses sont nécessaires avant de prendre acte de la fin.',
            ERRCODE = 'check_violation', CONSTRAINT = 'end_accepted_complete';
    END IF;
    IF EXISTS (
        SELECT FROM call_buttons_callbuttonendplan p WHERE p.grant_id = NEW.grant_id AND p.written_by_id = NEW.by_id
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'La personne qui prépare la fin n''en prend pas acte.',
            ERRCODE = 'check_violation', CONSTRAINT = 'end_accepted_by_another';
    END IF;
    PERFORM 1 FROM accounts_posting p WHERE p.user_id = NEW.by_id AND p.role = 'decider'
        AND p.departement_id = target.departement_id AND p.period @> target.today;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Seul un décideur habilité dans ce département prend acte de la fin.',
            ERRCODE = 'check_violation', CONSTRAINT = 'end_accepted_by_decider';
    END IF;
    IF EXISTS (
        SELECT FROM call_buttons_callbuttonrequest r
        WHERE r.renews_id IN (NEW.grant_id, (
            SELECT g.previous_id FROM call_buttons_callbuttongrant g WHERE g.id = NEW.grant_id AND g.is_extension
        )) AND r.state IN ('pending', 'granted')
    ) OR EXISTS (SELECT FROM call_buttons_callbuttongrant f WHERE f.previous_id = NEW.grant_id) THEN
        RAISE EXCEPTION USING MESSAGE = 'Un renouvellement est demandé ou accordé : cette mesure ne prend pas fin ainsi.',
            ERRCODE = 'check_violation', CONSTRAINT = 'end_accepted_without_renewal';
    END IF;
    RETURN NEW;
"""

# The other half of call_buttons_expiry_rules (0003): an end taken note of is decided, nothing « échu » is said of it.
EXPIRY_END_ACCEPTED = """
    IF EXISTS (SELECT FROM call_buttons_callbuttonendacceptance a WHERE a.grant_id = NEW.grant_id) THEN
        RAISE EXCEPTION USING MESSAGE = 'La fin de cette mesure est actée : elle n''est pas échue sans décision.',
            ERRCODE = 'check_violation', CONSTRAINT = 'expiry_without_accepted_end';
    END IF;
    RETURN NEW;
"""

AGENDA_RULES = """
    IF TG_OP = 'INSERT' THEN
        IF NEW.revoked_at IS NOT NULL THEN
            RAISE EXCEPTION USING MESSAGE = 'Une adresse d''agenda commence en service.', ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
        OR to_jsonb(OLD) - 'revoked_at' <> to_jsonb(NEW) - 'revoked_at' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une adresse d''agenda se révoque une fois, et ne change pas.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("call_buttons", "0030_ending_and_agenda")]

    operations = [
        append_only("call_buttons_callbuttonwithdrawal", encrypted=("reason",)),
        append_only("call_buttons_callbuttonescalation"),
        append_only("call_buttons_callbuttonendplan", encrypted=("danger", "replacement", "comeback", "device_return")),
        append_only("call_buttons_callbuttonendacceptance"),
        trigger(
            "call_buttons_withdrawal_rules",
            "call_buttons_callbuttonwithdrawal",
            "BEFORE INSERT",
            WITHDRAWAL_RULES,
            declare="target record;",
        ),
        migrations.RunSQL(
            f"""
CREATE OR REPLACE FUNCTION call_buttons_withdrawal_complete() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
{WITHDRAWAL_COMPLETE}
END;
$function$;
CREATE CONSTRAINT TRIGGER call_buttons_withdrawal_complete AFTER INSERT ON call_buttons_callbuttonwithdrawal
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION call_buttons_withdrawal_complete();
""",
            """
DROP TRIGGER call_buttons_withdrawal_complete ON call_buttons_callbuttonwithdrawal;
DROP FUNCTION call_buttons_withdrawal_complete();
""",
        ),
        trigger(
            "call_buttons_request_withdrawn",
            "call_buttons_callbuttonrequest",
            "BEFORE UPDATE",
            REQUEST_WITHDRAWN,
        ),
        trigger(
            "call_buttons_escalation_rules",
            "call_buttons_callbuttonescalation",
            "BEFORE INSERT",
            ESCALATION_RULES,
            declare="target record;",
        ),
        trigger(
            "call_buttons_endplan_rules",
            "call_buttons_callbuttonendplan",
            "BEFORE INSERT",
            END_PLAN_RULES,
            declare="target record;",
        ),
        trigger(
            "call_buttons_endacceptance_rules",
            "call_buttons_callbuttonendacceptance",
            "BEFORE INSERT",
            END_ACCEPTANCE_RULES,
            declare="target record;",
        ),
        trigger(
            "call_buttons_expiry_end_accepted",
            "call_buttons_callbuttonexpiry",
            "BEFORE INSERT",
            EXPIRY_END_ACCEPTED,
        ),
        trigger("call_buttons_agenda_rules", "call_buttons_callbuttonagenda", "BEFORE INSERT OR UPDATE", AGENDA_RULES),
    ]
