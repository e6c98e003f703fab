"""Rules of an attachment that no path gets round: the original never changes, nothing leaves unscanned."""

from django.db import migrations

from core.triggers import trigger, unless_rotating_keys

ENCRYPTED = ("name", "label", "notes", "data_key", "withdrawn_reason")
# What time adds to a row: a merge, the verdict, the verification of the kept file, the withdrawal.
CHANGING = (
    "case_id",  # by a merge and its undo only
    "scan_state", "scanned_at", "scan_engine", "scan_signature", "scan_tried_at", "scan_note", "fault", "verified_at",
    "withdrawn_at", "withdrawn_by_id", "withdrawn_reason",
)  # fmt: skip
VERDICT = ("scan_state", "scanned_at", "scan_engine", "scan_signature")
WITHDRAWAL = ("withdrawn_at", "withdrawn_by_id", "withdrawn_reason")


def array(columns):
    return "ARRAY[" + ", ".join(f"'{column}'" for column in columns) + "]"


def differs(columns):
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


ATTACHMENT_RULES = (
    unless_rotating_keys(ENCRYPTED)
    + f"""
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une pièce jointe ne se supprime pas : elle se retire.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.joined_to_id <> NEW.case_id THEN
            RAISE EXCEPTION USING MESSAGE = 'Une pièce jointe se joint à son dossier.', ERRCODE = 'check_violation';
        END IF;
        IF NEW.scan_state <> 'quarantine' OR NEW.withdrawn_at IS NOT NULL THEN
            RAISE EXCEPTION USING MESSAGE = 'Une pièce jointe commence en attente d''analyse.',
                ERRCODE = 'check_violation', CONSTRAINT = 'attachment_starts_in_quarantine';
        END IF;
        IF NEW.threat_id IS NOT NULL THEN
            PERFORM 1 FROM cases_threat t WHERE t.id = NEW.threat_id AND t.case_id = NEW.case_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING MESSAGE = 'La menace est d''un autre dossier.',
                    ERRCODE = 'check_violation', CONSTRAINT = 'attachment_threat_of_case';
            END IF;
        END IF;
        PERFORM 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.state = 'open' FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Ce dossier est clos : il ne reçoit plus rien.',
                ERRCODE = 'check_violation', CONSTRAINT = 'case_open_to_write';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - {array(CHANGING)} <> to_jsonb(OLD) - {array(CHANGING)} THEN
        RAISE EXCEPTION USING MESSAGE = 'Une pièce jointe ne change pas : elle se retire, et se joint à nouveau.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'attachment_frozen';
    END IF;
    IF NEW.case_id <> OLD.case_id AND NOT cases_merge_under_way(OLD.case_id, NEW.case_id, 'any') THEN
        RAISE EXCEPTION USING MESSAGE = 'Une pièce jointe ne change pas de dossier.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'attachment_keeps_case';
    END IF;
    IF OLD.scan_state <> 'quarantine' AND ({differs(VERDICT)}) THEN
        RAISE EXCEPTION USING MESSAGE = 'Le résultat de l''antivirus est définitif.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'attachment_verdict_is_final';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL AND ({differs(WITHDRAWAL)}) THEN
        RAISE EXCEPTION USING MESSAGE = 'Le retrait d''une pièce jointe est définitif.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'attachment_withdrawal_is_final';
    END IF;
    RETURN NEW;
"""
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0030_attachments")]

    operations = [
        trigger("cases_attachment_rules", "cases_attachment", "BEFORE INSERT OR UPDATE OR DELETE", ATTACHMENT_RULES)
    ]
