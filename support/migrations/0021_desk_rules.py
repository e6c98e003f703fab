"""Rules of the desk that no path gets round: who may work for an association, and whose place, hours and colleague."""

from django.db import migrations

from core.triggers import trigger

# The posting gives the right to help; without one, nobody works for an association.
MEMBER_RULES = """
    IF TG_OP = 'UPDATE' AND (NEW.association_id, NEW.user_id, lower(NEW.period)) IS DISTINCT FROM
       (OLD.association_id, OLD.user_id, lower(OLD.period)) THEN
        RAISE EXCEPTION USING MESSAGE = 'Qui travaille pour qui, et depuis quand, ne se réécrit pas.',
            ERRCODE = 'restrict_violation', CONSTRAINT = 'association_member_is_not_rewritten';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM accounts_posting p
        WHERE p.user_id = NEW.user_id AND p.role = 'psychologist' AND p.period @> lower(NEW.period);
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Cette personne n''est pas habilitée comme psychologue à cette date.',
                ERRCODE = 'check_violation', CONSTRAINT = 'association_member_is_a_psychologist';
        END IF;
    END IF;
    RETURN NEW;
"""

PLACE_RULES = """
    PERFORM 1 FROM support_association_departements d
    WHERE d.association_id = NEW.association_id AND d.departement_id = NEW.departement_id;
    IF NOT FOUND AND NEW.is_open THEN
        RAISE EXCEPTION USING MESSAGE = 'L''association n''accueille pas ce département.',
            ERRCODE = 'check_violation', CONSTRAINT = 'support_place_of_its_association';
    END IF;
    RETURN NEW;
"""

AVAILABILITY_RULES = """
    PERFORM 1 FROM support_associationmember m JOIN support_association_departements d
        ON d.association_id = m.association_id AND d.departement_id = NEW.departement_id
    WHERE m.id = NEW.member_id AND m.period @> lower(NEW.period);
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'L''association n''accueille pas ce département, ou cette personne n''y travaille pas ce jour-là.',
            ERRCODE = 'check_violation', CONSTRAINT = 'support_availability_of_its_association';
    END IF;
    IF NEW.place_id IS NOT NULL THEN
        PERFORM 1 FROM support_place p JOIN support_associationmember m ON m.association_id = p.association_id
        WHERE p.id = NEW.place_id AND m.id = NEW.member_id AND p.departement_id = NEW.departement_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Ce lieu n''est pas de cette association, ou pas de ce département.',
                ERRCODE = 'check_violation', CONSTRAINT = 'support_availability_of_its_place';
        END IF;
    END IF;
    RETURN NEW;
"""

# No chain: who replaces is there. The lock makes two replacements of one association wait for each other.
REPLACEMENT_RULES = """
    PERFORM 1 FROM support_associationmember m JOIN support_associationmember c ON c.association_id = m.association_id
    WHERE m.id = NEW.member_id AND c.id = NEW.colleague_id AND m.period @> NEW.period AND c.period @> NEW.period;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Les deux personnes travaillent pour la même association, à toutes ces dates.',
            ERRCODE = 'check_violation', CONSTRAINT = 'support_replacement_of_colleagues';
    END IF;
    PERFORM pg_advisory_xact_lock(7620, hashtext(m.association_id::text))
    FROM support_associationmember m WHERE m.id = NEW.member_id;
    PERFORM 1 FROM support_replacement r
    WHERE r.id <> NEW.id AND r.period && NEW.period
        AND (r.member_id = NEW.colleague_id OR r.colleague_id = NEW.member_id);
    IF FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'La personne qui remplace est elle-même remplacée à ces dates.',
            ERRCODE = 'check_violation', CONSTRAINT = 'support_replacement_no_chain';
    END IF;
    RETURN NEW;
"""

WRITTEN = "BEFORE INSERT OR UPDATE"


class Migration(migrations.Migration):
    dependencies = [("support", "0020_desk"), ("accounts", "0071_supervisor_of_the_17")]

    operations = [
        trigger("support_associationmember_rules", "support_associationmember", WRITTEN, MEMBER_RULES),
        trigger("support_place_rules", "support_place", WRITTEN, PLACE_RULES),
        trigger("support_availability_rules", "support_availability", WRITTEN, AVAILABILITY_RULES),
        trigger("support_replacement_rules", "support_replacement", WRITTEN, REPLACEMENT_RULES),
    ]
