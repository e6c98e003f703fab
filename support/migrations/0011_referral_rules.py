"""Rules of referrals that no path gets round, and their first data: the texts of the agreements, the delays."""

from datetime import date

from django.db import migrations

from core.triggers import append_only, trigger

REFERRED = (
    "Un agent me propose de parler à une association d'aide aux victimes du réseau France Victimes. J'accepte qu'il lui"
    " donne mon nom, l'aide que je souhaite (soutien psychologique, aide juridique ou aide sociale), le délai et la façon"
    " de me joindre. Rien d'autre n'est envoyé : ni mon dossier, ni ce qui m'est arrivé. L'agent saura si l'association"
    " s'occupe de moi, rien de plus : ni mes rendez-vous, ni ce que j'y dis. Je peux changer d'avis à tout moment, sans"
    " dire pourquoi : mes coordonnées sont alors effacées aussitôt, et l'association lit que je me suis retiré."
)
OWN = (
    "Je demande de l'aide à une association d'aide aux victimes du réseau France Victimes. J'accepte que le portail lui"
    " donne mon nom, l'aide que je souhaite, le délai et la façon de me joindre. Rien d'autre n'est envoyé : ni dossier,"
    " ni récit. Ce que je dis à l'association reste entre elle et moi. Je peux changer d'avis à tout moment, sans dire"
    " pourquoi : mes coordonnées sont alors effacées aussitôt, et l'association lit que je me suis retiré."
)
TIE = (
    "J'ai écrit une fiche anonyme. Je choisis de la relier à cette demande, qui porte mon nom. L'association qui s'occupe"
    " de moi saura que la fiche est la mienne ; personne d'autre ne le saura. Je peux défaire ce lien à tout moment, sans"
    " dire pourquoi : il n'en reste alors aucune trace."
)

REFERRAL_RULES = """
    IF TG_OP = 'INSERT' THEN
        SELECT timezone(d.time_zone, NEW.proposed_at)::date INTO today
        FROM territories_departement d WHERE d.code = NEW.departement_id;
        IF NEW.state <> 'proposed' THEN
            RAISE EXCEPTION USING MESSAGE = 'Une orientation commence par être proposée.',
                ERRCODE = 'check_violation', CONSTRAINT = 'referral_starts_proposed';
        END IF;
        PERFORM 1 FROM support_supportconsenttext t WHERE t.id = NEW.consent_id AND t.kind = NEW.origin
            AND t.in_force_from <= NEW.consented_on AND NEW.consented_on <= today;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'L''accord est donné sur un texte en vigueur, au plus tard ce jour.',
                ERRCODE = 'check_violation', CONSTRAINT = 'referral_consent_in_force';
        END IF;
        PERFORM 1 FROM support_association a JOIN support_association_departements c ON c.association_id = a.id
        WHERE a.id = NEW.association_id AND a.is_active AND NEW.kind = ANY (a.helps)
            AND c.departement_id = NEW.departement_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Cette association ne propose pas cette aide dans ce département.',
                ERRCODE = 'check_violation', CONSTRAINT = 'referral_to_who_can_help';
        END IF;
        IF NEW.protected_person_id IS NOT NULL AND EXISTS (SELECT FROM officials_protectedperson p
            WHERE p.id = NEW.protected_person_id AND p.is_minor) THEN
            RAISE EXCEPTION USING MESSAGE = 'Pour un enfant, appelez le numéro avec ses parents.',
                ERRCODE = 'check_violation', CONSTRAINT = 'referral_of_an_adult';
        END IF;
        IF NEW.case_id IS NOT NULL THEN
            PERFORM 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.departement_id = NEW.departement_id
                AND c.official_id = coalesce(NEW.official_id,
                    (SELECT p.official_id FROM officials_protectedperson p WHERE p.id = NEW.protected_person_id));
            IF NOT FOUND THEN
                RAISE EXCEPTION USING MESSAGE = 'Une orientation concerne une personne du dossier.',
                    ERRCODE = 'check_violation', CONSTRAINT = 'referral_of_the_file';
            END IF;
        END IF;
        IF NEW.origin = 'own' THEN
            PERFORM 1 WHERE NEW.proposed_by_id = coalesce(
                (SELECT o.user_id FROM officials_official o WHERE o.id = NEW.official_id),
                (SELECT p.user_id FROM officials_protectedperson p WHERE p.id = NEW.protected_person_id));
        ELSE
            PERFORM 1 FROM accounts_posting p JOIN cases_case c ON c.id = NEW.case_id
            WHERE p.user_id = NEW.proposed_by_id AND p.period @> today AND p.role = NEW.proposed_as
                AND ((p.role IN ('referent', 'unit_head') AND p.unit_id = c.unit_id)
                  OR (p.role IN ('instructor', 'unit_head') AND p.departement_id = c.departement_id));
        END IF;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une orientation est demandée par la personne ou proposée par un agent habilité.',
                ERRCODE = 'check_violation', CONSTRAINT = 'referral_by_who_may';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.submission, NEW.case_id, NEW.departement_id, NEW.official_id, NEW.protected_person_id, NEW.is_discreet, NEW.kind,
        NEW.urgency, NEW.association_id, NEW.origin, NEW.proposed_by_id, NEW.proposed_as, NEW.proposed_at, NEW.consent_id,
        NEW.consented_on) IS DISTINCT FROM
       (OLD.submission, OLD.case_id, OLD.departement_id, OLD.official_id, OLD.protected_person_id, OLD.is_discreet, OLD.kind,
        OLD.urgency, OLD.association_id, OLD.origin, OLD.proposed_by_id, OLD.proposed_as, OLD.proposed_at, OLD.consent_id,
        OLD.consented_on) THEN
        RAISE EXCEPTION USING MESSAGE = 'Qui est orienté, vers qui et avec quel accord ne se réécrit pas.',
            ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('proposed', 'accepted'), ('proposed', 'refused'),
        ('proposed', 'withdrawn'), ('accepted', 'ended'), ('accepted', 'withdrawn')) THEN
        RAISE EXCEPTION USING MESSAGE = 'Une orientation ne passe pas de cet état à celui-là.',
            ERRCODE = 'restrict_violation';
    END IF;
    -- What is left to do in a closed one is to erase its contact.
    IF OLD.state NOT IN ('proposed', 'accepted') AND (NEW.answered_at, NEW.handled_by_id, NEW.refusal_reason, NEW.outcome,
        NEW.closed_at) IS DISTINCT FROM
       (OLD.answered_at, OLD.handled_by_id, OLD.refusal_reason, OLD.outcome, OLD.closed_at) THEN
        RAISE EXCEPTION USING MESSAGE = 'Une orientation close ne change plus.', ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.handled_by_id IS NOT NULL AND NEW.handled_by_id IS DISTINCT FROM OLD.handled_by_id THEN
        PERFORM 1 FROM support_associationmember m WHERE m.user_id = NEW.handled_by_id
            AND m.association_id = NEW.association_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une orientation est suivie par une personne de l''association.',
                ERRCODE = 'check_violation', CONSTRAINT = 'referral_handled_by_a_member';
        END IF;
    END IF;
    RETURN NEW;
"""

# At the end of the transaction: whatever state a referral has, a line says who brought it there.
REFERRAL_TOLD = """
    IF NOT EXISTS (SELECT FROM support_referralevent e WHERE e.referral_id = NEW.id AND e.to_state = NEW.state) THEN
        RAISE EXCEPTION USING MESSAGE = 'Un changement d''état dit qui l''a fait.',
            ERRCODE = 'check_violation', CONSTRAINT = 'referral_state_is_told';
    END IF;
    RETURN NULL;
"""

APPOINTMENT_RULES = """
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.referral_id, NEW.submission, NEW.made_at) IS DISTINCT FROM (OLD.referral_id, OLD.submission, OLD.made_at)
            OR OLD.cancelled_at IS NOT NULL AND (NEW.starts_at, NEW.ends_at, NEW.host_id, NEW.mode, NEW.cancelled_at)
            IS DISTINCT FROM (OLD.starts_at, OLD.ends_at, OLD.host_id, OLD.mode, OLD.cancelled_at) THEN
            RAISE EXCEPTION USING MESSAGE = 'Un rendez-vous annulé ne change plus, et reste à sa place.',
                ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.cancelled_at IS NOT NULL THEN
            RETURN NEW;
        END IF;
    END IF;
    -- The lock makes a withdrawal and a new appointment wait for each other.
    PERFORM 1 FROM support_referral r WHERE r.id = NEW.referral_id AND r.state = 'accepted' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Un rendez-vous se prend pour une orientation prise en charge.',
            ERRCODE = 'check_violation', CONSTRAINT = 'referral_meeting_of_an_accepted_one';
    END IF;
    PERFORM 1 FROM support_referral r JOIN support_associationmember m ON m.association_id = r.association_id
    WHERE r.id = NEW.referral_id AND m.user_id = NEW.host_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Un rendez-vous est tenu par une personne de l''association.',
            ERRCODE = 'check_violation', CONSTRAINT = 'referral_meeting_with_a_member';
    END IF;
    RETURN NEW;
"""

TIE_RULES = """
    IF octet_length(NEW.token_hash) <> 32 THEN
        RAISE EXCEPTION USING MESSAGE = 'Un lien ne garde qu''une empreinte.',
            ERRCODE = 'check_violation', CONSTRAINT = 'referral_tie_is_a_hash';
    END IF;
    PERFORM 1 FROM support_referral r JOIN support_supportconsenttext t ON t.id = NEW.consent_id
    WHERE r.id = NEW.referral_id AND r.state IN ('proposed', 'accepted') AND t.kind = 'tie'
        AND t.in_force_from <= NEW.tied_on FOR SHARE OF r;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Un lien se fait avec une orientation en cours, sur un texte en vigueur.',
            ERRCODE = 'check_violation', CONSTRAINT = 'referral_tie_of_an_open_one';
    END IF;
    RETURN NEW;
"""


def first_data(apps, schema_editor):
    texts = apps.get_model("support", "SupportConsentText").objects
    for kind, text in (("referred", REFERRED), ("own", OWN), ("tie", TIE)):
        texts.create(kind=kind, version=1, text=text, in_force_from=date(2020, 1, 1))
    # SERVICES, « Convention France Victimes – AMF »: an answer within 2 working days.
    apps.get_model("support", "ReferralRules").objects.create(
        in_force_from=date(2020, 1, 1), chase_after_days=2, contact_kept_days=30
    )


class Migration(migrations.Migration):
    dependencies = [("support", "0010_referrals")]

    operations = [
        migrations.RunPython(first_data, migrations.RunPython.noop),
        append_only("support_supportconsenttext"),
        append_only("support_referralrules"),
        append_only("support_referralevent"),
        append_only("support_referralchase"),
        trigger(
            "support_referral_rules",
            "support_referral",
            "BEFORE INSERT OR UPDATE",
            REFERRAL_RULES,
            declare="today date;",
        ),
        migrations.RunSQL(
            """
CREATE OR REPLACE FUNCTION support_referral_told() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN"""
            + REFERRAL_TOLD
            + """END;
$function$;
CREATE CONSTRAINT TRIGGER support_referral_told AFTER INSERT OR UPDATE OF state ON support_referral
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION support_referral_told();
""",
            "DROP FUNCTION support_referral_told() CASCADE",
        ),
        trigger(
            "support_referralappointment_rules",
            "support_referralappointment",
            "BEFORE INSERT OR UPDATE",
            APPOINTMENT_RULES,
        ),
        trigger("support_referraltie_rules", "support_referraltie", "BEFORE INSERT OR UPDATE", TIE_RULES),
    ]
