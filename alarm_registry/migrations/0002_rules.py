"""Rules of « Alarme élu » that no path gets round, and its first data: consent, absences, limits."""

from datetime import date

from django.db import migrations

from core.triggers import append_only, trigger

CONSENT = (
    "J'ai demandé, en personne, mon inscription au dispositif « Alarme élu ». Les numéros, les adresses et les indications"
    " que je donne servent seulement à ce que le 17 me reconnaisse quand j'appelle et sache où venir. Ils sont chiffrés."
    " Seuls les opérateurs du 17 de mon département et des départements voisins les voient, à l'occasion d'un appel, et"
    " chaque consultation est notée. Je peux les relire, les faire corriger et les retirer à tout moment, sans raison à"
    " donner : ils sont alors effacés aussitôt. Je les confirme tous les six mois. Ils ne sont jamais gardés plus de dix"
    " ans."
)

REGISTRATION_RULES = """
    IF TG_OP = 'INSERT' THEN
        SELECT timezone(d.time_zone, NEW.registered_at)::date INTO today
        FROM territories_departement d WHERE d.code = NEW.departement_id;
        PERFORM 1 FROM accounts_unit u WHERE u.id = NEW.unit_id AND u.departement_id = NEW.departement_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une inscription est du département de son unité.',
                ERRCODE = 'check_violation', CONSTRAINT = 'alarm_departement_of_unit';
        END IF;
        PERFORM 1 FROM accounts_posting p WHERE p.user_id = NEW.registered_by_id AND p.period @> today
            AND p.role IN ('referent', 'unit_head') AND (p.unit_id = NEW.unit_id OR p.departement_id = NEW.departement_id);
        IF NOT FOUND THEN
            RAISE EXCEPTION USING MESSAGE = 'Une personne est inscrite par un agent habilité de l''unité.',
                ERRCODE = 'check_violation', CONSTRAINT = 'alarm_registered_by_the_unit';
        END IF;
        IF NEW.consented_on > today OR NOT EXISTS (SELECT FROM alarm_registry_consenttext t
            WHERE t.version = NEW.consent_id AND t.in_force_from <= NEW.consented_on) THEN
            RAISE EXCEPTION USING MESSAGE = 'Le consentement est donné sur un texte en vigueur, au plus tard ce jour.',
                ERRCODE = 'check_violation', CONSTRAINT = 'alarm_consent_in_force';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'active' THEN
        RAISE EXCEPTION USING MESSAGE = 'Une inscription terminée ne change plus.', ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.official_id, NEW.unit_id, NEW.departement_id, NEW.identity_document, NEW.consent_id, NEW.consented_on,
        NEW.registered_at, NEW.registered_by_id, NEW.ends_on) IS DISTINCT FROM
       (OLD.official_id, OLD.unit_id, OLD.departement_id, OLD.identity_document, OLD.consent_id, OLD.consented_on,
        OLD.registered_at, OLD.registered_by_id, OLD.ends_on) THEN
        RAISE EXCEPTION USING MESSAGE = 'Qui a consenti, quand, à quoi et devant qui ne se réécrit pas.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

# At the end of the transaction: an ended registration has nothing left that could be opened or found.
REGISTRATION_GONE = """
    IF NEW.state <> 'active' AND (
        EXISTS (SELECT FROM alarm_registry_registrationkey k WHERE k.registration_id = NEW.id)
        OR EXISTS (SELECT FROM alarm_registry_numberindex i WHERE i.registration_id = NEW.id)
        OR EXISTS (SELECT FROM alarm_registry_registerednumber n WHERE n.registration_id = NEW.id)
        OR EXISTS (SELECT FROM alarm_registry_registeredaddress a WHERE a.registration_id = NEW.id)
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'Une inscription terminée ne garde ni clé, ni numéro, ni adresse.',
            ERRCODE = 'check_violation', CONSTRAINT = 'alarm_ended_is_destroyed';
    END IF;
    RETURN NULL;
"""

# What hangs on a registration is written while it runs only. The lock makes a withdrawal and a change wait for each other.
OF_A_LIVE_ONE = """
    PERFORM 1 FROM alarm_registry_registration r WHERE r.id = NEW.registration_id AND r.state = 'active' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Cette inscription est terminée : rien ne s''y ajoute.',
            ERRCODE = 'check_violation', CONSTRAINT = 'alarm_of_a_live_registration';
    END IF;
    RETURN NEW;
"""

INDEX_RULES = """
    IF octet_length(NEW.fingerprint) <> 16 THEN
        RAISE EXCEPTION USING MESSAGE = 'Un numéro est indexé par son empreinte, jamais en clair.',
            ERRCODE = 'check_violation', CONSTRAINT = 'alarm_index_is_a_fingerprint';
    END IF;
    PERFORM 1 FROM alarm_registry_registerednumber n
    WHERE n.id = NEW.number_id AND n.registration_id = NEW.registration_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Un index mène à l''inscription de son numéro.',
            ERRCODE = 'check_violation', CONSTRAINT = 'alarm_index_of_its_number';
    END IF;
    RETURN NEW;
"""

ABSENCE_RULES = """
    PERFORM 1 FROM alarm_registry_registeredaddress a
    WHERE a.id = NEW.address_id AND a.registration_id = NEW.registration_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = 'Une absence concerne une adresse de la même inscription.',
            ERRCODE = 'check_violation', CONSTRAINT = 'absence_of_its_address';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.cancelled_at IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = 'Une absence annulée ne change plus.', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

# Whatever writes a search writes it in the journal: one statement for the 17, and no way round.
LOOKUP_JOURNAL = """
    INSERT INTO core_journalentry (at, action, outcome, actor_id, actor_label, posting_id, posting_label, address,
        object_type, object_id, object_label, reason, details)
    VALUES (NEW.at, 'consultation', 'done', NEW.operator_id, NEW.asked_by, NEW.posting_id, NEW.posting_label, NEW.address,
        CASE WHEN NEW.shown_id IS NULL THEN 'alarm_registry.lookup' ELSE 'alarm_registry.registration' END,
        coalesce(NEW.shown_id::text, ''), 'Alarme élu, recherche par ' || CASE NEW.kind
            WHEN 'number' THEN 'numéro' WHEN 'name' THEN 'nom et commune' ELSE 'choix d''une fiche' END,
        NEW.reason, jsonb_build_object('empreinte', encode(NEW.fingerprint, 'hex'), 'fin', NEW.last_digits,
            'trouvees', NEW.found, 'centre', NEW.departement_id));
    RETURN NULL;
"""


def first_data(apps, schema_editor):
    def model(name):
        return apps.get_model("alarm_registry", name).objects

    model("ConsentText").create(version=1, text=CONSENT, in_force_from=date(2020, 1, 1))
    # DOMAIN, section 4. The gendarmerie's are to be confirmed: they are data for that reason.
    police = {"least_notice": 3, "most_notice": 45, "shortest": 3, "longest": 90, "second_homes": False}
    for force in ("PN", "PP"):
        model("AbsenceRule").create(force=force, in_force_from=date(2020, 1, 1), **police)
    model("AbsenceRule").create(
        force="GN",
        in_force_from=date(2020, 1, 1),
        least_notice=1,
        most_notice=None,
        shortest=1,
        longest=366,
        second_homes=True,
    )
    model("LookupLimits").create(
        in_force_from=date(2020, 1, 1),
        in_five_minutes=30,
        in_an_hour=120,
        misses_in_an_hour=25,
        sequence=5,
        same_commune=10,
        pause_seconds=20,
    )


LIVE_CHILDREN = ("registerednumber", "registeredaddress", "absence", "correction", "registrationkey", "handledcall")


class Migration(migrations.Migration):
    dependencies = [("alarm_registry", "0001_initial"), ("core", "0002_journal")]

    operations = [
        migrations.RunPython(first_data, migrations.RunPython.noop),
        append_only("alarm_registry_consenttext"),
        append_only("alarm_registry_absencerule"),
        append_only("alarm_registry_lookuplimits"),
        append_only("alarm_registry_lookup"),
        trigger(
            "alarm_registry_registration_rules",
            "alarm_registry_registration",
            "BEFORE INSERT OR UPDATE",
            REGISTRATION_RULES,
            declare="today date;",
        ),
        migrations.RunSQL(
            """
CREATE OR REPLACE FUNCTION alarm_registry_registration_gone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN"""
            + REGISTRATION_GONE
            + """END;
$function$;
CREATE CONSTRAINT TRIGGER alarm_registry_registration_gone AFTER INSERT OR UPDATE ON alarm_registry_registration
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION alarm_registry_registration_gone();
""",
            "DROP FUNCTION alarm_registry_registration_gone() CASCADE",
        ),
        *(
            trigger(
                f"alarm_registry_{child}_live",
                f"alarm_registry_{child}",
                "BEFORE INSERT" if child in {"correction", "registrationkey"} else "BEFORE INSERT OR UPDATE",
                OF_A_LIVE_ONE,
            )
            for child in LIVE_CHILDREN
        ),
        trigger(
            "alarm_registry_numberindex_rules", "alarm_registry_numberindex", "BEFORE INSERT OR UPDATE", INDEX_RULES
        ),
        trigger("alarm_registry_absence_rules", "alarm_registry_absence", "BEFORE INSERT OR UPDATE", ABSENCE_RULES),
        trigger("alarm_registry_lookup_journal", "alarm_registry_lookup", "AFTER INSERT", LOOKUP_JOURNAL),
    ]
