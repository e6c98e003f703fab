"""What a merge may move, and nothing else may.

The rules of files, threats and evaluations of migration 0002 are replaced whole: read them here.
"""

from importlib import import_module

from django.db import migrations

from core.triggers import append_only, trigger, unless_rotating_keys

before = import_module("cases.migrations.0002_rules_and_grid")

# True while a merge from one file to the other is under way, or its undo the other way. Such a row never outlives its
# transaction (cases_casemerge_complete), so nobody meets the door open.
UNDER_WAY = """
CREATE OR REPLACE FUNCTION cases_merge_under_way(origin uuid, destination uuid, wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM cases_casemerge m
        WHERE (wanted IN ('running', 'any') AND m.state = 'running'
                AND m.absorbed_id = origin AND m.survivor_id = destination)
            OR (wanted IN ('undoing', 'any') AND m.state = 'undoing'
                AND m.absorbed_id = destination AND m.survivor_id = origin)
    );
END;
"""

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
    IF NEW.state = 'merged' AND OLD.state <> 'merged' AND (
        OLD.state <> 'open' OR NOT cases_merge_under_way(NEW.id, NEW.merged_into_id, 'running')
    ) OR OLD.state = 'merged' AND NEW.state <> 'merged' AND (
        NEW.state <> 'open' OR NOT cases_merge_under_way(OLD.merged_into_id, NEW.id, 'undoing')
    ) OR OLD.state = 'merged' AND NEW.state = 'merged' AND NEW.merged_into_id <> OLD.merged_into_id THEN
        RAISE EXCEPTION USING MESSAGE = 'Un dossier n''est fusionné, ou rendu, que par une fusion ou son annulation.',
            ERRCODE = 'check_violation', CONSTRAINT = 'case_merged_by_merge';
    END IF;
    IF NEW.state = 'closed' AND OLD.state <> 'closed' AND (
        EXISTS (SELECT FROM cases_evaluation e WHERE e.case_id = NEW.id AND e.state NOT IN ('validated', 'set_aside'))
        OR EXISTS (
            SELECT FROM cases_threat t WHERE t.case_id = NEW.id AND t.duplicate_of_id IS NULL
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
    IF TG_OP = 'INSERT' AND NEW.duplicate_of_id IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = 'Seule une fusion dit qu''une menace est un doublon.',
            ERRCODE = 'check_violation', CONSTRAINT = 'threat_double_by_merge';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.case_id <> OLD.case_id AND cases_merge_under_way(OLD.case_id, NEW.case_id, 'any')
        AND to_jsonb(OLD) - ARRAY['case_id', 'duplicate_of_id'] = to_jsonb(NEW) - ARRAY['case_id', 'duplicate_of_id']
    THEN
        IF NEW.duplicate_of_id IS DISTINCT FROM OLD.duplicate_of_id AND NEW.duplicate_of_id IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM cases_threat t
                WHERE t.id = NEW.duplicate_of_id AND t.case_id = NEW.case_id AND t.duplicate_of_id IS NULL
            ) THEN
            RAISE EXCEPTION USING MESSAGE = 'Un doublon répète une menace du dossier conservé.',
                ERRCODE = 'check_violation', CONSTRAINT = 'threat_double_of_survivor';
        END IF;
"""
    + OPEN_CASE
    + """
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.duplicate_of_id IS DISTINCT FROM OLD.duplicate_of_id THEN
        RAISE EXCEPTION USING MESSAGE = 'Seule une fusion dit qu''une menace est un doublon.',
            ERRCODE = 'check_violation', CONSTRAINT = 'threat_double_by_merge';
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
    IF TG_OP = 'UPDATE' AND OLD.duplicate_of_id IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = 'Cette menace est un doublon : corrigez celle qui est conservée.',
            ERRCODE = 'check_violation', CONSTRAINT = 'threat_double_stays';
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
        PERFORM 1 FROM cases_threat t WHERE t.id = NEW.threat_id AND t.duplicate_of_id IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Cette menace est un doublon : évaluez celle qui est conservée.',
                ERRCODE = 'check_violation', CONSTRAINT = 'evaluation_not_of_double';
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
    -- A merge moves an evaluation with its threat, and sets aside what a double no longer needs; its undo gives it back.
    IF NEW.case_id <> OLD.case_id AND cases_merge_under_way(OLD.case_id, NEW.case_id, 'any')
        AND to_jsonb(OLD) - ARRAY['case_id', 'state'] = to_jsonb(NEW) - ARRAY['case_id', 'state']
        AND (
            NEW.state = OLD.state
            OR (NEW.state = 'set_aside' AND OLD.state IN ('todo', 'submitted')
                AND cases_merge_under_way(OLD.case_id, NEW.case_id, 'running')
                AND EXISTS (SELECT FROM cases_threat t WHERE t.id = NEW.threat_id AND t.duplicate_of_id IS NOT NULL))
            OR (OLD.state = 'set_aside' AND NEW.state IN ('todo', 'submitted')
                AND cases_merge_under_way(OLD.case_id, NEW.case_id, 'undoing')
                AND EXISTS (SELECT FROM cases_threat t WHERE t.id = NEW.threat_id AND t.duplicate_of_id IS NULL))
        ) THEN
        PERFORM 1 FROM cases_threat t WHERE t.id = NEW.threat_id AND t.case_id = NEW.case_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'La menace est d''un autre dossier.', ERRCODE = 'check_violation';
        END IF;
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
    IF OLD.state = 'set_aside' THEN
        RAISE EXCEPTION USING MESSAGE = 'L''évaluation d''un doublon ne change plus.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'evaluation_set_aside_stays';
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

FROZEN_MESSAGE = "Une évaluation validée ne change plus : une correction ouvre une nouvelle version."


def frozen(moving: str) -> str:
    return f"""
    IF OLD.state = 'validated' THEN{unless_rotating_keys(("departure_reason", "comment"))}
        {moving}
        RAISE EXCEPTION USING MESSAGE = '{FROZEN_MESSAGE}', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;"""


MOVING = """
        IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'case_id' = to_jsonb(NEW) - 'case_id'
            AND cases_merge_under_way(OLD.case_id, NEW.case_id, 'any') THEN
            RETURN NEW;
        END IF;"""

MERGE_RULES = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une fusion ne se supprime pas.', ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'running' THEN
            RAISE EXCEPTION USING MESSAGE = 'Une fusion commence avant d''être faite.', ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM cases_case a JOIN cases_case s ON s.id = NEW.survivor_id AND s.official_id = a.official_id
        WHERE a.id = NEW.absorbed_id AND a.state = 'open' AND s.state = 'open' FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Deux dossiers fusionnent quand ils sont ouverts et du même élu.',
                ERRCODE = 'check_violation', CONSTRAINT = 'merge_same_official_open';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.absorbed_id <> OLD.absorbed_id OR NEW.survivor_id <> OLD.survivor_id OR NEW.reason <> OLD.reason
        OR NEW.at <> OLD.at OR NEW.by_id <> OLD.by_id OR NOT (
        (OLD.state = 'running' AND NEW.state = 'done') OR (OLD.state = 'done' AND NEW.state = 'undoing')
        OR (OLD.state = 'undoing' AND NEW.state = 'undone')
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Ce que dit une fusion ne change pas.', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

# At the end of the transaction: a merge is whole, or it is nothing.
MERGE_COMPLETE = """
    PERFORM 1 FROM cases_casemerge m JOIN cases_case c ON c.id = m.absorbed_id WHERE m.id = NEW.id AND (
        (m.state = 'done' AND c.state = 'merged' AND c.merged_into_id = m.survivor_id
            AND NOT EXISTS (SELECT FROM cases_threat t WHERE t.case_id = c.id)
            AND NOT EXISTS (SELECT FROM cases_evaluation e WHERE e.case_id = c.id))
        OR (m.state = 'undone' AND (c.merged_into_id IS DISTINCT FROM m.survivor_id
                OR EXISTS (SELECT FROM cases_casemerge x WHERE x.absorbed_id = c.id AND x.state = 'done'))
            AND NOT EXISTS (
                SELECT FROM cases_threat t JOIN cases_evaluation e ON e.threat_id = t.id AND e.case_id <> t.case_id
                WHERE t.case_id IN (m.absorbed_id, m.survivor_id)
            ))
    );
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Une fusion, ou son annulation, se fait en entier ou pas du tout.',
            ERRCODE = 'check_violation', CONSTRAINT = 'merge_complete';
    END IF;
    RETURN NULL;
"""

ON_WRITE = "BEFORE INSERT OR UPDATE OR DELETE"


def replace(name: str, table: str, timing: str, new: str, old: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        sql=trigger(name, table, timing, new).sql, reverse_sql=trigger(name, table, timing, old).sql
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_doubles")]

    operations = [
        migrations.RunSQL(UNDER_WAY, "DROP FUNCTION cases_merge_under_way(uuid, uuid, text);"),
        trigger("cases_casemerge_rules", "cases_casemerge", ON_WRITE, MERGE_RULES),
        append_only("cases_casemergeitem"),
        append_only("cases_factimportrow"),
        replace("cases_case_rules", "cases_case", ON_WRITE, CASE_RULES, before.CASE_RULES),
        replace("cases_threat_rules", "cases_threat", ON_WRITE, THREAT_RULES, before.THREAT_RULES),
        replace("cases_evaluation_rules", "cases_evaluation", ON_WRITE, EVALUATION_RULES, before.EVALUATION_RULES),
        replace("cases_evaluation_frozen", "cases_evaluation", "BEFORE UPDATE OR DELETE", frozen(MOVING), frozen("")),
        migrations.RunSQL(
            f"""
CREATE OR REPLACE FUNCTION cases_casemerge_complete() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
{MERGE_COMPLETE}
END;
$function$;
CREATE CONSTRAINT TRIGGER cases_casemerge_complete AFTER INSERT OR UPDATE ON cases_casemerge
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_casemerge_complete();
""",
            """
DROP TRIGGER cases_casemerge_complete ON cases_casemerge;
DROP FUNCTION cases_casemerge_complete();
""",
        ),
    ]
