from django.db import migrations

from core.triggers import append_only, trigger

# 7401 is core.locks.JOURNAL_WRITERS. The number is drawn after the lock is taken: once the sealer has held the lock
# alone, no smaller number can appear. It is drawn again whatever the client gave, so that nobody can write an entry
# in the past or far ahead; so is the true time of writing.
NUMBER = """
    PERFORM pg_advisory_xact_lock_shared(7401, 0);
    NEW.id := nextval('public.core_journalentry_id_seq');
    NEW.recorded_at := clock_timestamp();
    RETURN NEW;
"""
MESSAGE = "Le journal ne se modifie pas."


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        trigger("core_journalentry_number", "core_journalentry", "BEFORE INSERT", NUMBER),
        append_only("core_journalentry", message=MESSAGE),
        append_only("core_journalseal", message=MESSAGE),
        append_only("core_journalverification", message=MESSAGE),
    ]
