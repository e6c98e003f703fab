"""The one writer of slips: it writes every row of the three tables anew, shuffled, in one transaction.

After it every live row has the same transaction id, and its place says nothing of when it came (docs/adr/0028). DELETE
then INSERT, and not TRUNCATE: a TRUNCATE would wait for a backup and make everybody wait behind it, and a dump whose
snapshot is older than it would find the table empty. What is dead is vacuumed from the first row on.

7405 is core.locks.SLIPS. The first parameter is the portal's day in Paris: what has expired is not written again.
"""

from django.db import migrations

WRITE = """
CREATE OR REPLACE FUNCTION support_write_slips(
    today date,
    gone uuid,
    put_id uuid, put_locator bytea, put_code_box bytea, put_desk_box bytea, put_desk uuid, put_content bytea,
    put_expires_on date,
    counted jsonb,
    delayed jsonb
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    slips support_slip[];
    counts support_supportcount[];
    delays support_supportdelay[];
BEGIN
    PERFORM pg_advisory_xact_lock(7405, 0);
    SELECT coalesce(array_agg(s), '{}') INTO slips FROM support_slip s
        WHERE s.expires_on > today AND s.id IS DISTINCT FROM gone AND s.id IS DISTINCT FROM put_id;
    SELECT coalesce(array_agg(c), '{}') INTO counts FROM support_supportcount c;
    SELECT coalesce(array_agg(d), '{}') INTO delays FROM support_supportdelay d;
    DELETE FROM support_slip;
    DELETE FROM support_supportcount;
    DELETE FROM support_supportdelay;
    INSERT INTO support_slip (id, locator, code_box, desk_box, desk, content, expires_on)
        SELECT * FROM (
            SELECT s.id, s.locator, s.code_box, s.desk_box, s.desk, s.content, s.expires_on FROM unnest(slips) s
            UNION ALL
            SELECT put_id, put_locator, put_code_box, put_desk_box, put_desk, put_content, put_expires_on
                WHERE put_id IS NOT NULL
        ) AS every_one ORDER BY gen_random_uuid();
    INSERT INTO support_supportcount (id, month, help, mode, count)
        SELECT gen_random_uuid(), month, help, mode, sum(count) FROM (
            SELECT c.month, c.help, c.mode, c.count FROM unnest(counts) c
            UNION ALL
            SELECT n.month, n.help, n.mode, n.count
                FROM jsonb_to_recordset(counted) AS n(month date, help varchar, mode varchar, count integer)
        ) AS every_one GROUP BY month, help, mode ORDER BY gen_random_uuid();
    INSERT INTO support_supportdelay (id, month, meetings, days)
        SELECT gen_random_uuid(), month, sum(meetings), sum(days) FROM (
            SELECT d.month, d.meetings, d.days FROM unnest(delays) d
            UNION ALL
            SELECT n.month, n.meetings, n.days
                FROM jsonb_to_recordset(delayed) AS n(month date, meetings integer, days integer)
        ) AS every_one GROUP BY month ORDER BY gen_random_uuid();
END;
$function$;
"""
SETTINGS = "autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0"
TABLES = ("support_slip", "support_supportcount", "support_supportdelay")
VACUUMED = (
    "".join(f"ALTER TABLE {table} SET ({SETTINGS});" for table in TABLES)
    + "ALTER TABLE support_slip SET (toast.autovacuum_vacuum_threshold = 0, toast.autovacuum_vacuum_scale_factor = 0);"
)
ORDINARY = (
    "".join(
        f"ALTER TABLE {table} RESET (autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor);" for table in TABLES
    )
    + "ALTER TABLE support_slip RESET (toast.autovacuum_vacuum_threshold, toast.autovacuum_vacuum_scale_factor);"
)


class Migration(migrations.Migration):
    dependencies = [("support", "0002_slips")]

    operations = [
        migrations.RunSQL(WRITE, "DROP FUNCTION IF EXISTS support_write_slips;"),
        migrations.RunSQL(VACUUMED, ORDINARY),
    ]
