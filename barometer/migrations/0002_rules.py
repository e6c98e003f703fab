"""A frozen month cannot change, grow, or say something else than its fingerprint."""

from django.db import migrations

from core.triggers import append_only, trigger

MESSAGE = "Les chiffres d'un mois gelé ne changent plus."

MONTH_RULES = """
    IF NEW.cut_off < (NEW.month + interval '1 month') AT TIME ZONE 'Europe/Paris' THEN
        RAISE EXCEPTION USING MESSAGE = 'Les chiffres d''un mois se gèlent quand il est terminé.',
            ERRCODE = 'check_violation', CONSTRAINT = 'frozen_month_is_over';
    END IF;
    -- Whatever the client gave.
    NEW.transaction := pg_current_xact_id()::text::bigint;
    RETURN NEW;
"""

FIGURE_RULES = """
    PERFORM 1 FROM barometer_frozenmonth m
    WHERE m.id = NEW.month_id AND m.transaction = pg_current_xact_id()::text::bigint;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Un mois gelé ne reçoit plus de chiffre.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'frozen_figure_with_its_month';
    END IF;
    RETURN NEW;
"""

# At the end of the transaction: every breakdown adds up to the total, and the fingerprint is that of the figures
# (the same canonical form as MonthFigures.sha256).
MONTH_COMPLETE = """
    IF NOT EXISTS (SELECT FROM barometer_frozenfigure f WHERE f.month_id = NEW.id) OR EXISTS (
        SELECT FROM barometer_frozenfigure f WHERE f.month_id = NEW.id
        GROUP BY f.dimension HAVING sum(f.value) <> NEW.total
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Chaque répartition d''un mois gelé a pour somme le total.',
            ERRCODE = 'check_violation', CONSTRAINT = 'frozen_month_adds_up';
    END IF;
    SELECT concat_ws(E'\\n',
        to_char(NEW.month, 'YYYY-MM-DD') || '|' || NEW.definition_version || '|' || NEW.total,
        string_agg(
            f.dimension || '|' || f.key || '|' || f.label || '|' || f.value, E'\\n'
            ORDER BY f.dimension COLLATE "C", f.key COLLATE "C"
        )
    ) INTO canonical FROM barometer_frozenfigure f WHERE f.month_id = NEW.id;
    IF NEW.sha256 <> encode(sha256(convert_to(canonical, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION USING MESSAGE = 'L''empreinte d''un mois gelé est celle de ses chiffres.',
            ERRCODE = 'check_violation', CONSTRAINT = 'frozen_month_hash_matches';
    END IF;
    RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("barometer", "0001_initial")]

    operations = [
        append_only("barometer_frozenmonth", message=MESSAGE),
        append_only("barometer_frozenfigure", message=MESSAGE),
        trigger("barometer_frozenmonth_rules", "barometer_frozenmonth", "BEFORE INSERT", MONTH_RULES),
        trigger("barometer_frozenfigure_rules", "barometer_frozenfigure", "BEFORE INSERT", FIGURE_RULES),
        migrations.RunSQL(
            f"""
CREATE OR REPLACE FUNCTION barometer_frozenmonth_complete() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
canonical text;
BEGIN
{MONTH_COMPLETE}
END;
$function$;
CREATE CONSTRAINT TRIGGER barometer_frozenmonth_complete AFTER INSERT ON barometer_frozenmonth
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION barometer_frozenmonth_complete();
""",
            """
DROP TRIGGER barometer_frozenmonth_complete ON barometer_frozenmonth;
DROP FUNCTION barometer_frozenmonth_complete();
""",
        ),
    ]
