"""Delegations, letters, and the decisions that act on a protection: what no path gets round."""

from django.db import migrations

from core.triggers import append_only, frozen_when, trigger, unless_rotating_keys

# Once an extension prolongs a protection, what follows the protection follows the extension.
TIP = """
CREATE OR REPLACE FUNCTION call_buttons_tip(granted uuid) RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $function$
    SELECT coalesce(
        (SELECT e.id FROM call_buttons_callbuttongrant e WHERE e.previous_id = granted AND e.is_extension), granted)
$function$;
"""
TERM = """
ALTER TABLE call_buttons_callbuttongrant DROP CONSTRAINT grant_three_months;
ALTER TABLE call_buttons_callbuttongrant ADD CONSTRAINT grant_three_months CHECK (
    NOT isempty(term) AND lower_inc(term) AND NOT upper_inc(term)
    AND CASE WHEN is_extension THEN upper(term) - lower(term) BETWEEN 1 AND 5
        ELSE upper(term) = (lower(term) + interval '3 months')::date + 1 END
    AND NOT isempty(period) AND lower(period) = lower(term) AND upper(period) <= upper(term)
);
"""
THREE_MONTHS_ONLY = """
ALTER TABLE call_buttons_callbuttongrant DROP CONSTRAINT grant_three_months;
ALTER TABLE call_buttons_callbuttongrant ADD CONSTRAINT grant_three_months CHECK (
    NOT isempty(period) AND lower_inc(period) AND NOT upper_inc(period)
    AND upper(period) = (lower(period) + interval '3 months')::date + 1
);
"""

DELEGATION_RULES = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une délégation ne se supprime pas : elle prend fin.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - ARRAY['period'] <> to_jsonb(OLD) - ARRAY['period'] OR lower(NEW.period) <> lower(OLD.period)
        OR (NOT upper_inf(OLD.period) AND (upper_inf(NEW.period) OR upper(NEW.period) > upper(OLD.period))) THEN
        RAISE EXCEPTION USING MESSAGE = 'Seule la fin d''une délégation change, et elle ne recule pas.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'delegation_only_ends';
    END IF;
    PERFORM 1 FROM call_buttons_callbuttondecision d JOIN territories_departement t ON t.code = d.departement_id
    WHERE d.delegation_id = NEW.id AND NOT NEW.period @> timezone(t.time_zone, d.decided_at)::date;
    IF FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Une décision a été signée après cette date avec cette délégation.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'delegation_covers_its_decisions';
    END IF;
    RETURN NEW;
"""

REQUEST_RULES = (
    unless_rotating_keys(("motive", "opinion_text", "gap_reason"))
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
        IF NEW.contests_id IS NOT NULL THEN
            PERFORM 1 FROM call_buttons_callbuttondecision d WHERE d.id = NEW.contests_id
                AND d.outcome IN ('refused', 'withdrawn') AND d.official_id = NEW.official_id
                AND d.departement_id = NEW.departement_id AND d.decided_by_id IS DISTINCT FROM NEW.assigned_to_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING MESSAGE = 'Un recours conteste une décision défavorable à la même personne.',
                    ERRCODE = 'check_violation', CONSTRAINT = 'request_contests_unfavourable';
            END IF;
        END IF;
    ELSE
        IF NEW.case_id <> OLD.case_id OR NEW.official_id <> OLD.official_id
            OR NEW.departement_id <> OLD.departement_id OR NEW.unit_id <> OLD.unit_id
            OR NEW.renews_id IS DISTINCT FROM OLD.renews_id OR NEW.contests_id IS DISTINCT FROM OLD.contests_id
            OR NEW.requested_by_id <> OLD.requested_by_id OR NEW.requested_at <> OLD.requested_at
            OR NEW.motive <> OLD.motive OR NEW.gap_reason IS DISTINCT FROM OLD.gap_reason THEN
            RAISE EXCEPTION USING MESSAGE = 'Ce que dit une demande ne change pas.', ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.evaluation_id <> OLD.evaluation_id THEN
            PERFORM 1 FROM cases_evaluation e JOIN cases_evaluation later ON later.validated_at > e.validated_at
            WHERE e.id = OLD.evaluation_id AND later.id = NEW.evaluation_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING MESSAGE = 'Une demande s''appuie ensuite sur une évaluation plus récente.',
                    ERRCODE = 'check_violation', CONSTRAINT = 'request_later_evaluation';
            END IF;
        END IF;
    END IF;
    IF TG_OP = 'INSERT' OR NEW.evaluation_id <> OLD.evaluation_id THEN
        -- An élu contests within his time, whatever the age of the evaluation: the decision asks for a recent one.
        PERFORM 1 FROM cases_evaluation e WHERE e.id = NEW.evaluation_id AND e.case_id = NEW.case_id
            AND e.state = 'validated' AND (NEW.contests_id IS NOT NULL OR e.validated_at >= NEW.requested_at
                - make_interval(days => (SELECT r.evaluation_max_age_days FROM call_buttons_callbuttonrules r
                WHERE r.in_force_from <= NEW.requested_at::date ORDER BY r.in_force_from DESC LIMIT 1)));
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une demande s''appuie sur une évaluation du dossier, validée et récente.',
                ERRCODE = 'check_violation', CONSTRAINT = 'request_recent_evaluation';
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.renews_id IS NOT NULL THEN
            SELECT upper(tip.period) <= timezone(d.time_zone, NEW.requested_at)::date INTO is_over
            FROM call_buttons_callbuttongrant g
            JOIN call_buttons_callbuttongrant tip ON tip.id = call_buttons_tip(g.id)
            JOIN territories_departement d ON d.code = g.departement_id
            WHERE g.id = NEW.renews_id AND g.official_id = NEW.official_id AND g.departement_id = NEW.departement_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING MESSAGE = 'Un renouvellement suit la protection de la même personne, ici.',
                    ERRCODE = 'check_violation', CONSTRAINT = 'request_renews_same_person';
            END IF;
            IF is_over AND NEW.gap_reason IS NULL AND NEW.contests_id IS NULL THEN
                RAISE EXCEPTION USING MESSAGE = 'La protection a pris fin : la demande dit pourquoi elle s''est interrompue.',
                    ERRCODE = 'check_violation', CONSTRAINT = 'request_explains_gap';
            END IF;
        END IF;
        IF NEW.gap_reason IS NOT NULL AND NOT coalesce(is_over, false) THEN
            RAISE EXCEPTION USING MESSAGE = 'Sans interruption, il n''y a pas à l''expliquer.',
                ERRCODE = 'check_violation', CONSTRAINT = 'request_explains_gap';
        END IF;
        RETURN NEW;
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

# Acts on a protection queue behind the lock of the request that it comes from: the application cannot lock a grant.
DECISION_RULES = """
    IF NEW.on_grant_id IS NOT NULL THEN
        SELECT g.request_id INTO asked FROM call_buttons_callbuttongrant g WHERE g.id = NEW.on_grant_id;
    ELSE
        asked := NEW.request_id;
    END IF;
    SELECT r.*, d.time_zone INTO target
    FROM call_buttons_callbuttonrequest r JOIN territories_departement d ON d.code = r.departement_id
    WHERE r.id = asked FOR NO KEY UPDATE OF r;
    NEW.case_id := target.case_id;
    NEW.official_id := target.official_id;
    NEW.unit_id := target.unit_id;
    NEW.departement_id := target.departement_id;
    today := timezone(target.time_zone, NEW.decided_at)::date;
    IF NEW.request_id IS NOT NULL THEN
        IF target.state <> 'pending' THEN
            RAISE EXCEPTION USING MESSAGE = 'Cette demande est déjà décidée.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_once';
        END IF;
        IF target.requested_by_id = NEW.decided_by_id THEN
            RAISE EXCEPTION USING MESSAGE = 'La personne qui demande ne décide pas.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_not_by_requester';
        END IF;
    END IF;
    PERFORM 1 FROM accounts_posting p WHERE p.user_id = NEW.decided_by_id AND p.role = 'decider'
        AND p.departement_id = target.departement_id AND p.period @> today;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Seul un décideur habilité dans ce département décide.',
            ERRCODE = 'check_violation', CONSTRAINT = 'decision_by_decider';
    END IF;
    PERFORM 1 FROM call_buttons_signaturedelegation s WHERE s.id = NEW.delegation_id AND s.user_id = NEW.decided_by_id
        AND s.departement_id = target.departement_id AND s.period @> today
        AND s.signs = CASE NEW.outcome WHEN 'granted' THEN 'grant' WHEN 'refused' THEN 'refusal'
            WHEN 'extended' THEN 'extension' WHEN 'withdrawn' THEN 'withdrawal' ELSE 'suspension' END;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Aucune délégation de signature ne couvre cette décision.',
            ERRCODE = 'check_violation', CONSTRAINT = 'decision_under_delegation';
    END IF;
    IF NEW.request_id IS NOT NULL THEN
        PERFORM 1 FROM call_buttons_callbuttondecision first WHERE first.id = target.contests_id
            AND first.decided_by_id = NEW.decided_by_id;
        IF FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Un recours est décidé par une autre personne que la première décision.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_not_by_first';
        END IF;
        IF NEW.outcome = 'granted' THEN
            PERFORM 1 FROM cases_evaluation e WHERE e.id = target.evaluation_id
                AND e.validated_at >= NEW.decided_at - make_interval(days => (
                    SELECT r.evaluation_max_age_days FROM call_buttons_callbuttonrules r
                    WHERE r.in_force_from <= NEW.decided_at::date ORDER BY r.in_force_from DESC LIMIT 1));
            IF NOT FOUND THEN
                RAISE EXCEPTION USING MESSAGE = 'Un accord s''appuie sur une évaluation récente.',
                    ERRCODE = 'check_violation', CONSTRAINT = 'decision_recent_evaluation';
            END IF;
        END IF;
        RETURN NEW;
    END IF;
    SELECT g.period, g.is_extension INTO granted FROM call_buttons_callbuttongrant g WHERE g.id = NEW.on_grant_id;
    IF upper(granted.period) <= today OR EXISTS (SELECT FROM call_buttons_callbuttongrant f
        WHERE f.previous_id = NEW.on_grant_id AND NEW.outcome IN ('extended', 'withdrawn')) THEN
        RAISE EXCEPTION USING MESSAGE = 'Cette protection a pris fin, ou une autre la suit.',
            ERRCODE = 'check_violation', CONSTRAINT = 'decision_on_running_grant';
    END IF;
    IF NEW.outcome = 'extended' THEN
        IF granted.is_extension OR NEW.effective_on - (upper(granted.period) - 1) NOT BETWEEN 1 AND (
            SELECT r.extension_max_days FROM call_buttons_callbuttonrules r
            WHERE r.in_force_from <= today ORDER BY r.in_force_from DESC LIMIT 1
        ) OR EXISTS (SELECT FROM call_buttons_callbuttonrequest r
            WHERE r.renews_id = NEW.on_grant_id AND r.state IN ('granted', 'refused')) THEN
            RAISE EXCEPTION USING MESSAGE = 'Une prolongation conservatoire est courte, unique, et sans suite décidée.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_short_extension';
        END IF;
    ELSIF NEW.outcome = 'withdrawn' THEN
        IF NEW.effective_on < greatest(today, lower(granted.period)) OR NEW.effective_on >= upper(granted.period) - 1 THEN
            RAISE EXCEPTION USING MESSAGE = 'Un retrait prend effet entre le jour de sa signature et la fin.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_withdraws_ahead';
        END IF;
    ELSIF NEW.outcome = 'suspended' THEN
        IF NEW.effective_on < greatest(today, lower(granted.period)) OR NEW.effective_on >= upper(granted.period) THEN
            RAISE EXCEPTION USING MESSAGE = 'Une suspension commence pendant la protection, pas avant sa signature.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_suspends_ahead';
        END IF;
    ELSE
        PERFORM 1 FROM call_buttons_callbuttonsuspension s WHERE s.grant_id = NEW.on_grant_id
            AND NEW.effective_on >= today AND lower(s.period) < NEW.effective_on
            AND (upper_inf(s.period) OR upper(s.period) > NEW.effective_on);
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une reprise met fin à une suspension qui court.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_resumes_a_suspension';
        END IF;
    END IF;
    RETURN NEW;
"""

# As the owner of the tables: the application has no right to change these rows, whatever it says.
EFFECTS = """
CREATE OR REPLACE FUNCTION call_buttons_decision_effects() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    IF NEW.outcome = 'withdrawn' THEN
        UPDATE call_buttons_callbuttongrant g SET period = daterange(lower(g.period), NEW.effective_on + 1)
        WHERE g.id = NEW.on_grant_id;
    ELSIF NEW.outcome = 'resumed' THEN
        UPDATE call_buttons_callbuttonsuspension s SET period = daterange(lower(s.period), NEW.effective_on)
        WHERE s.grant_id = NEW.on_grant_id AND lower(s.period) < NEW.effective_on
            AND (upper_inf(s.period) OR upper(s.period) > NEW.effective_on);
    END IF;
    RETURN NULL;
END;
$function$;
CREATE TRIGGER call_buttons_decision_effects AFTER INSERT ON call_buttons_callbuttondecision
FOR EACH ROW EXECUTE FUNCTION call_buttons_decision_effects();
"""
NO_EFFECTS = """
DROP TRIGGER call_buttons_decision_effects ON call_buttons_callbuttondecision;
DROP FUNCTION call_buttons_decision_effects();
"""

_DEFINITIVE = """
    RAISE EXCEPTION USING MESSAGE = 'Cette ligne est définitive : elle ne se modifie pas et ne se supprime pas.',
        ERRCODE = 'restrict_violation';
"""
GRANT_DEFINITIVE = (
    """
    IF TG_OP = 'UPDATE' THEN
        PERFORM 1 FROM call_buttons_callbuttondecision d WHERE d.on_grant_id = OLD.id AND d.outcome = 'withdrawn'
            AND NEW.period = daterange(lower(OLD.period), d.effective_on + 1) AND upper(NEW.period) < upper(OLD.period)
            AND to_jsonb(NEW) - ARRAY['period'] = to_jsonb(OLD) - ARRAY['period'];
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
"""
    + _DEFINITIVE
)
SUSPENSION_DEFINITIVE = (
    """
    IF TG_OP = 'UPDATE' THEN
        PERFORM 1 FROM call_buttons_callbuttondecision d WHERE d.on_grant_id = OLD.grant_id AND d.outcome = 'resumed'
            AND NEW.period = daterange(lower(OLD.period), d.effective_on)
            AND to_jsonb(NEW) - ARRAY['period'] = to_jsonb(OLD) - ARRAY['period'];
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
"""
    + _DEFINITIVE
)

DECISION_COMPLETE = """
    IF NEW.request_id IS NOT NULL THEN
        PERFORM 1 FROM call_buttons_callbuttonrequest r WHERE r.id = NEW.request_id AND r.state = NEW.outcome;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'La demande doit porter le sens de sa décision.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_reaches_request';
        END IF;
    END IF;
    IF NEW.outcome IN ('granted', 'extended') THEN
        PERFORM 1 FROM call_buttons_callbuttongrant g WHERE g.decision_id = NEW.id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Un accord ouvre une période de protection.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_opens_period';
        END IF;
    ELSIF NEW.outcome = 'suspended' THEN
        PERFORM 1 FROM call_buttons_callbuttonsuspension s WHERE s.decision_id = NEW.id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une suspension a ses jours.',
                ERRCODE = 'check_violation', CONSTRAINT = 'decision_opens_suspension';
        END IF;
    END IF;
    RETURN NULL;
"""

GRANT_RULES = """
    SELECT d.outcome, d.case_id, d.official_id, d.unit_id, d.departement_id, d.effective_on,
        coalesce(d.request_id, prolonged.request_id) AS request_id,
        coalesce(d.on_grant_id, call_buttons_tip(r.renews_id)) AS previous_id,
        timezone(t.time_zone, d.decided_at)::date AS decided_on INTO target
    FROM call_buttons_callbuttondecision d JOIN territories_departement t ON t.code = d.departement_id
    LEFT JOIN call_buttons_callbuttonrequest r ON r.id = d.request_id
    LEFT JOIN call_buttons_callbuttongrant prolonged ON prolonged.id = d.on_grant_id
    WHERE d.id = NEW.decision_id;
    IF target.outcome NOT IN ('granted', 'extended') THEN
        RAISE EXCEPTION USING MESSAGE = 'Seul un accord ouvre une période de protection, un refus n''en ouvre pas.',
            ERRCODE = 'check_violation', CONSTRAINT = 'grant_from_granting_decision';
    END IF;
    NEW.term := NEW.period;
    NEW.request_id := target.request_id;
    NEW.is_extension := target.outcome = 'extended';
    IF target.case_id <> NEW.case_id OR target.official_id <> NEW.official_id OR target.unit_id <> NEW.unit_id
        OR target.departement_id <> NEW.departement_id OR target.previous_id IS DISTINCT FROM NEW.previous_id THEN
        RAISE EXCEPTION USING MESSAGE = 'La période de protection ne correspond pas à la demande décidée.',
            ERRCODE = 'check_violation', CONSTRAINT = 'grant_matches_request';
    END IF;
    SELECT upper(g.period) INTO previous_end FROM call_buttons_callbuttongrant g WHERE g.id = NEW.previous_id;
    IF NEW.is_extension THEN
        IF NEW.period <> daterange(previous_end, target.effective_on + 1) THEN
            RAISE EXCEPTION USING MESSAGE = 'Une prolongation suit la protection, jusqu''au jour décidé.',
                ERRCODE = 'check_violation', CONSTRAINT = 'grant_extends_as_decided';
        END IF;
    ELSIF lower(NEW.period) <> greatest(target.decided_on, previous_end) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'La protection commence le jour de la décision, ou au lendemain de la période précédente.',
            ERRCODE = 'check_violation', CONSTRAINT = 'grant_starts_at_decision';
    END IF;
    RETURN NEW;
"""

SUSPENSION_RULES = """
    PERFORM 1 FROM call_buttons_callbuttondecision d WHERE d.id = NEW.decision_id AND d.outcome = 'suspended'
        AND d.on_grant_id = NEW.grant_id AND d.effective_on = lower(NEW.period);
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Une suspension est celle que sa décision ordonne.',
            ERRCODE = 'check_violation', CONSTRAINT = 'suspension_as_decided';
    END IF;
    RETURN NEW;
"""

# An extension keeps what it prolongs from being over in silence, and is over itself as any other.
EXPIRY_RULES = """
    PERFORM 1 FROM call_buttons_callbuttongrant g JOIN territories_departement d ON d.code = g.departement_id
    WHERE g.id = NEW.grant_id AND upper(g.period) <= timezone(d.time_zone, NEW.at)::date
        AND NOT EXISTS (SELECT FROM call_buttons_callbuttonrequest r WHERE r.state IN ('granted', 'refused')
            AND (r.renews_id = g.id OR (g.is_extension AND r.renews_id = g.previous_id)))
        AND NOT EXISTS (SELECT FROM call_buttons_callbuttongrant f WHERE f.previous_id = g.id)
        AND NOT EXISTS (SELECT FROM call_buttons_callbuttondecision w
            WHERE w.on_grant_id = g.id AND w.outcome = 'withdrawn');
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Une protection est échue quand elle a pris fin sans décision.',
            ERRCODE = 'check_violation', CONSTRAINT = 'expiry_after_the_end';
    END IF;
    RETURN NEW;
"""


def _rules(name, table, timing, body, declare=""):
    return trigger(f"call_buttons_{name}", f"call_buttons_{table}", timing, body, declare=declare)


class Migration(migrations.Migration):
    dependencies = [("call_buttons", "0005_decisions_complete")]

    operations = [
        migrations.RunSQL(TIP, "DROP FUNCTION call_buttons_tip(uuid)"),
        migrations.RunSQL(TERM, THREE_MONTHS_ONLY),
        append_only("call_buttons_documenttemplate"),
        append_only("call_buttons_callbuttonsuspension"),
        frozen_when(
            "call_buttons_callbuttonrequest",
            "OLD.state <> 'pending'",
            "Une demande décidée ne change plus.",
            encrypted=("motive", "opinion_text", "gap_reason"),
        ),
        _rules("delegation_rules", "signaturedelegation", "BEFORE UPDATE OR DELETE", DELEGATION_RULES),
        _rules(
            "request_rules",
            "callbuttonrequest",
            "BEFORE INSERT OR UPDATE OR DELETE",
            REQUEST_RULES,
            "is_over boolean;",
        ),
        _rules(
            "decision_rules",
            "callbuttondecision",
            "BEFORE INSERT",
            DECISION_RULES,
            "target record; granted record; asked uuid; today date;",
        ),
        migrations.RunSQL(EFFECTS, NO_EFFECTS),
        _rules("callbuttongrant_append_only", "callbuttongrant", "BEFORE UPDATE OR DELETE", GRANT_DEFINITIVE),
        _rules(
            "callbuttonsuspension_append_only", "callbuttonsuspension", "BEFORE UPDATE OR DELETE", SUSPENSION_DEFINITIVE
        ),
        migrations.RunSQL(
            f"""
CREATE OR REPLACE FUNCTION call_buttons_decision_complete() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
{DECISION_COMPLETE}
END;
$function$;
""",
            migrations.RunSQL.noop,
        ),
        _rules("grant_rules", "callbuttongrant", "BEFORE INSERT", GRANT_RULES, "target record; previous_end date;"),
        _rules("suspension_rules", "callbuttonsuspension", "BEFORE INSERT", SUSPENSION_RULES),
        _rules("expiry_rules", "callbuttonexpiry", "BEFORE INSERT", EXPIRY_RULES),
    ]
