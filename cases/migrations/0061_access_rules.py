"""Whom a file is hidden from, written once for the queries and for the triggers; what no path gets round."""

from django.db import migrations

from core.triggers import append_only, trigger, unless_rotating_keys

# Plain SQL without settings of their own: PostgreSQL inlines them into the query that asks.
HIDDEN = """
CREATE FUNCTION cases_barred_from(person bigint) RETURNS TABLE (case_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 5 AS $function$
    SELECT c.id FROM public.officials_official o JOIN public.cases_case c ON c.official_id = o.id
    WHERE o.user_id = person
    UNION ALL
    SELECT t.case_id FROM public.officials_official o
    JOIN public.cases_victim v ON v.official_id = o.id JOIN public.cases_threat t ON t.id = v.threat_id
    WHERE o.user_id = person
    UNION ALL
    SELECT t.case_id FROM public.officials_protectedperson p
    JOIN public.cases_victim v ON v.protected_person_id = p.id JOIN public.cases_threat t ON t.id = v.threat_id
    WHERE p.user_id = person
    UNION ALL
    SELECT p.case_id FROM public.cases_caseparty p WHERE p.user_id = person AND p.ended_at IS NULL
    UNION ALL
    -- Declared in a file that was merged since: the file that holds it now; and the other way round.
    SELECT c.merged_into_id FROM public.cases_caseparty p JOIN public.cases_case c ON c.id = p.case_id
    WHERE p.user_id = person AND p.ended_at IS NULL AND c.merged_into_id IS NOT NULL
    UNION ALL
    SELECT c.id FROM public.cases_caseparty p JOIN public.cases_case c ON c.merged_into_id = p.case_id
    WHERE p.user_id = person AND p.ended_at IS NULL
$function$;

CREATE FUNCTION cases_behind_glass(person bigint, moment timestamptz) RETURNS TABLE (case_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 20 AS $function$
    SELECT c.id FROM public.cases_case c
    WHERE c.is_restricted AND NOT EXISTS (
        SELECT FROM public.cases_caseaccess a
        WHERE a.case_id = c.id AND a.user_id = person
            AND a.removed_at IS NULL AND (a.until IS NULL OR a.until > moment)
    )
$function$;
"""
NO_HIDDEN = """
DROP FUNCTION cases_behind_glass(bigint, timestamptz);
DROP FUNCTION cases_barred_from(bigint);
"""

# Apart from the other rules of an evaluation: whoever signs or validates is not concerned by the file.
SIGNATURES = """
    IF NEW.state <> 'todo' AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)
        AND NEW.case_id IN (
            SELECT b.case_id FROM public.cases_barred_from(
                CASE WHEN NEW.state = 'validated' THEN NEW.validated_by_id ELSE NEW.evaluated_by_id END
            ) b
        ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Un agent concerné par un dossier n''y évalue ni n''y valide rien.',
            ERRCODE = 'check_violation', CONSTRAINT = 'evaluation_not_by_party';
    END IF;
    RETURN NEW;
"""

PARTY = (
    unless_rotating_keys(("reason", "end_reason"))
    + """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'La déclaration d''un agent concerné ne se supprime pas : elle se lève.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        OLD.ended_at IS NOT NULL
        OR to_jsonb(NEW) - ARRAY['ended_at', 'ended_by_id', 'end_reason']
            <> to_jsonb(OLD) - ARRAY['ended_at', 'ended_by_id', 'end_reason']
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'La déclaration d''un agent concerné se lève, et rien d''autre n''y change.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
)

ACCESS = (
    unless_rotating_keys(("reason", "review_note"))
    + """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Un accès ne se supprime pas : il se retire.', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- Behind a restriction that is being lifted: no list without its file.
        PERFORM 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.is_restricted FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Ce dossier n''est pas à accès restreint.', ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - ARRAY['removed_at', 'removed_by_id', 'reviewed_at', 'reviewed_by_id', 'is_justified',
            'review_note']
        <> to_jsonb(OLD) - ARRAY['removed_at', 'removed_by_id', 'reviewed_at', 'reviewed_by_id', 'is_justified',
            'review_note']
        OR (OLD.removed_at IS NOT NULL
            AND (NEW.removed_at IS DISTINCT FROM OLD.removed_at OR NEW.removed_by_id <> OLD.removed_by_id))
        OR (OLD.reviewed_at IS NOT NULL
            AND (NEW.reviewed_at, NEW.reviewed_by_id, NEW.is_justified, NEW.review_note)
                IS DISTINCT FROM (OLD.reviewed_at, OLD.reviewed_by_id, OLD.is_justified, OLD.review_note))
    THEN
        RAISE EXCEPTION USING MESSAGE = 'Un accès se retire ou se contrôle, et rien d''autre n''y change.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
)

# At the end of the transaction, whichever of the two rows moved.
NEVER_EMPTY = """
CREATE FUNCTION cases_list_never_empty() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    the_case uuid := CASE TG_TABLE_NAME WHEN 'cases_case' THEN to_jsonb(NEW) ->> 'id'
        ELSE to_jsonb(NEW) ->> 'case_id' END;
BEGIN
    -- Two removals at the same time wait for each other here.
    PERFORM 1 FROM cases_case c WHERE c.id = the_case AND c.is_restricted FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (
        SELECT FROM cases_caseaccess a
        WHERE a.case_id = the_case AND a.kind = 'listed' AND a.removed_at IS NULL AND a.until IS NULL
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'La liste d''un dossier à accès restreint n''est jamais vide.',
            ERRCODE = 'check_violation', CONSTRAINT = 'case_list_never_empty';
    END IF;
    RETURN NULL;
END;
$function$;
CREATE CONSTRAINT TRIGGER cases_list_never_empty AFTER UPDATE ON cases_caseaccess
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_list_never_empty();
CREATE CONSTRAINT TRIGGER cases_list_never_empty AFTER INSERT OR UPDATE OF is_restricted ON cases_case
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_restricted)
EXECUTE FUNCTION cases_list_never_empty();
"""
SOMETIMES_EMPTY = """
DROP TRIGGER cases_list_never_empty ON cases_case;
DROP TRIGGER cases_list_never_empty ON cases_caseaccess;
DROP FUNCTION cases_list_never_empty();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0060_access"), ("officials", "0002_protected_persons")]

    operations = [
        migrations.RunSQL(HIDDEN, NO_HIDDEN),
        trigger("cases_evaluation_signatures", "cases_evaluation", "BEFORE INSERT OR UPDATE", SIGNATURES),
        trigger("cases_caseparty_rules", "cases_caseparty", "BEFORE UPDATE OR DELETE", PARTY),
        trigger("cases_caseaccess_rules", "cases_caseaccess", "BEFORE INSERT OR UPDATE OR DELETE", ACCESS),
        append_only("cases_consultationreason", encrypted=("note",)),
        migrations.RunSQL(NEVER_EMPTY, SOMETIMES_EMPTY),
    ]
