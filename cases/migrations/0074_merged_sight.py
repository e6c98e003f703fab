"""A merged file is seen as the one that holds its facts, at any depth.

The functions of migration 0061 are replaced whole: read them here.
"""

from importlib import import_module

from django.db import migrations

access = import_module("cases.migrations.0061_access_rules")

# Not inlined, on purpose: PostgreSQL expects a million rows of a recursion that gives none or three, and would plan,
# and compile, every list of the portal for them. A function of its own is planned once a session and says its rows.
FAMILY = """
CREATE FUNCTION cases_family_of(file uuid) RETURNS TABLE (case_id uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3 SET jit = off AS $function$
BEGIN
    RETURN QUERY WITH RECURSIVE family(id) AS (
        SELECT file
        UNION
        SELECT near.id FROM family f CROSS JOIN LATERAL (
            SELECT c.merged_into_id AS id FROM public.cases_case c
            WHERE c.id = f.id AND c.merged_into_id IS NOT NULL
            UNION ALL
            SELECT c.id FROM public.cases_case c WHERE c.merged_into_id = f.id
        ) near
    )
    SELECT family.id FROM family;
END
$function$;
"""

HIDDEN = """
CREATE OR REPLACE FUNCTION cases_barred_from(person bigint) RETURNS TABLE (case_id uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5 SET jit = off AS $function$
DECLARE
    concerned uuid[];
BEGIN
    SELECT array_agg(found.id) INTO concerned FROM (
        SELECT c.id FROM public.officials_official o JOIN public.cases_case c ON c.official_id = o.id
        WHERE o.user_id = person
        UNION ALL
        SELECT t.case_id FROM public.officials_official o
        JOIN public.cases_victim v ON v.official_id = o.id JOIN public.cases_threat t ON t.id = v.threat_id
        WHERE o.user_id = person
        UNION ALL
        SELECT t.case_id FROM public.officials_protectedperson p
        JOIN public.cases_victim v ON v.protected_person_id = p.id
        JOIN public.cases_threat t ON t.id = v.threat_id
        WHERE p.user_id = person
        UNION ALL
        SELECT p.case_id FROM public.cases_caseparty p WHERE p.user_id = person AND p.ended_at IS NULL
    ) found(id);
    -- Almost everybody, at every page.
    IF concerned IS NULL THEN
        RETURN;
    END IF;
    -- Concerned by a file, by its facts or by a declaration: by all those that a merge made one with it.
    RETURN QUERY SELECT DISTINCT f.case_id
        FROM unnest(concerned) AS own(id) CROSS JOIN LATERAL public.cases_family_of(own.id) f;
END
$function$;

CREATE OR REPLACE FUNCTION cases_behind_glass(person bigint, moment timestamptz) RETURNS TABLE (case_id uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20 SET jit = off AS $function$
BEGIN
    -- What was merged into a restricted file says whom it is about, and keeps its old requests and acts.
    RETURN QUERY WITH RECURSIVE shut(id) AS (
        SELECT c.id FROM public.cases_case c
        WHERE c.is_restricted AND NOT EXISTS (
            SELECT FROM public.cases_caseaccess a
            WHERE a.case_id = c.id AND a.user_id = person
                AND a.removed_at IS NULL AND (a.until IS NULL OR a.until > moment)
        )
        UNION
        SELECT c.id FROM public.cases_case c JOIN shut s ON c.merged_into_id = s.id
    )
    SELECT shut.id FROM shut;
END
$function$;
"""
BEFORE = access.HIDDEN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("cases", "0073_joined_since")]

    operations = [
        migrations.RunSQL(FAMILY, "DROP FUNCTION cases_family_of(uuid);"),
        migrations.RunSQL(HIDDEN, BEFORE),
    ]
