from django.db import models


class RequestState(models.TextChoices):
    PENDING = "pending", "en attente de décision"
    GRANTED = "granted", "accordée"
    REFUSED = "refused", "refusée"
    WITHDRAWN = "withdrawn", "retirée"


class Opinion(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    UNFAVOURABLE = "unfavourable", "défavorable"


class Outcome(models.TextChoices):
    """What a decision does. The first two answer a request, the others act on a protection that was granted."""

    GRANTED = "granted", "accord"
    REFUSED = "refused", "refus"
    EXTENDED = "extended", "prolongation conservatoire"
    SUSPENDED = "suspended", "suspension"
    RESUMED = "resumed", "reprise"
    WITHDRAWN = "withdrawn", "retrait"


ON_REQUEST = (Outcome.GRANTED, Outcome.REFUSED)
ON_GRANT = (Outcome.EXTENDED, Outcome.SUSPENDED, Outcome.RESUMED, Outcome.WITHDRAWN)
# What the élu may ask another decision-maker to look at again here: granting the recours protects him. A suspension is
# lifted by a decision that resumes the protection, not by a new one: it is contested by letter.
CONTESTABLE = (Outcome.REFUSED, Outcome.WITHDRAWN)


class DocumentKind(models.TextChoices):
    """The letters of a prefecture: each has its own template. The letterhead is what they share."""

    GRANT = "grant", "attribution"
    RENEWAL = "renewal", "renouvellement"
    REFUSAL = "refusal", "refus"
    RENEWAL_REFUSAL = "renewal_refusal", "refus de renouvellement"
    EXTENSION = "extension", "prolongation conservatoire"
    SUSPENSION = "suspension", "suspension"
    RESUMPTION = "resumption", "reprise après suspension"
    WITHDRAWAL = "withdrawal", "retrait"
    LETTERHEAD = "letterhead", "en-tête et sceau"


class Signing(models.TextChoices):
    """What a delegation of signature covers. Nothing signed for a grant is signed for a refusal by that alone."""

    GRANT = "grant", "accords et renouvellements"
    REFUSAL = "refusal", "refus"
    EXTENSION = "extension", "prolongations conservatoires"
    SUSPENSION = "suspension", "suspensions et reprises"
    WITHDRAWAL = "withdrawal", "retraits"


SIGNED_UNDER: dict[str, Signing] = {
    Outcome.GRANTED: Signing.GRANT,
    Outcome.REFUSED: Signing.REFUSAL,
    Outcome.EXTENDED: Signing.EXTENSION,
    Outcome.SUSPENDED: Signing.SUSPENSION,
    Outcome.RESUMED: Signing.SUSPENSION,
    Outcome.WITHDRAWN: Signing.WITHDRAWAL,
}


class Orientation(models.TextChoices):
    """What is proposed instead of a call button; all but the last give the référent a task."""

    ALARM = "alarm", "inscription au dispositif « Alarme élu »"
    SECURITY_ADVISER = "security_adviser", "diagnostic du référent sûreté"
    VIGILANCE = "vigilance", "vigilance renforcée des patrouilles"
    SUPPORT = "support", "soutien psychologique"
    ADVICE = "advice", "conseils de votre référent"
    NOTHING = "nothing", "rien d'autre"


class RefusalMotive(models.TextChoices):
    """Coded motive of a refusal, for the figures; the person reads the communicable motive."""

    LEVEL_TOO_LOW = "level_too_low", "le niveau de danger ne justifie pas un bouton d'appel"
    OTHER_MEASURE = "other_measure", "une autre mesure répond mieux au danger"
    NO_COVERAGE = "no_coverage", "l'appareil ne fonctionnerait pas sur place"
    DANGER_ENDED = "danger_ended", "le danger a pris fin"
    PERSON_DECLINES = "person_declines", "la personne ne le souhaite pas"
    OTHER = "other", "autre motif"


class ReminderKind(models.TextChoices):
    """When a reminder is due: counted back from the last protected day, then the last useful day itself."""

    D30 = "d30", "30 jours avant la fin"
    D15 = "d15", "15 jours avant la fin"
    D7 = "d7", "7 jours avant la fin"
    D3 = "d3", "3 jours avant la fin"
    LAST_WORKING_DAY = "last_working_day", "dernier jour utile"


DAYS_BEFORE: dict[str, int] = {
    ReminderKind.D30: 30,
    ReminderKind.D15: 15,
    ReminderKind.D7: 7,
    ReminderKind.D3: 3,
}


class Audience(models.TextChoices):
    REFERENT = "referent", "référent"
    INSTRUCTOR = "instructor", "instructeur de la préfecture"
    OFFICIAL = "official", "élu"
    DECIDER = "decider", "décideur"
    ROSTER = "roster", "permanence du département"


# Told at each moment, answered or not.
ALWAYS_TOLD = (Audience.REFERENT, Audience.INSTRUCTOR, Audience.OFFICIAL)
# On the last useful day nothing is decided, or the grant would have none: the prefecture decides today.
TOLD_AT: dict[str, tuple[Audience, ...]] = dict.fromkeys(DAYS_BEFORE, ALWAYS_TOLD) | {
    ReminderKind.LAST_WORKING_DAY: (*ALWAYS_TOLD, Audience.DECIDER, Audience.ROSTER)
}
# Where a reminder without an answer climbs, one rung at each moment. The élu is not asked to answer for the services.
LADDER = (Audience.REFERENT, Audience.INSTRUCTOR, Audience.DECIDER, Audience.ROSTER)


class DeviceKind(models.TextChoices):
    WATCH = "watch", "montre"
    BRACELET = "bracelet", "bracelet"
    BOX = "box", "boîtier"
    DESK_BUTTON = "desk_button", "bouton de bureau"


class DeviceState(models.TextChoices):
    IN_STOCK = "in_stock", "en stock"
    HANDED_OVER = "handed_over", "remis"
    ON_THE_WAY = "on_the_way", "en route"
    FAULTY = "faulty", "en panne"
    LOST = "lost", "perdu"
    RETIRED = "retired", "retiré du parc"


# The database holds the same table.
DEVICE_TRANSITIONS: dict[str, tuple[str, ...]] = {
    DeviceState.IN_STOCK: (
        DeviceState.HANDED_OVER, DeviceState.ON_THE_WAY, DeviceState.FAULTY, DeviceState.LOST, DeviceState.RETIRED,
    ),
    DeviceState.HANDED_OVER: (DeviceState.IN_STOCK, DeviceState.FAULTY, DeviceState.LOST),
    DeviceState.ON_THE_WAY: (DeviceState.IN_STOCK, DeviceState.FAULTY, DeviceState.LOST),
    DeviceState.FAULTY: (DeviceState.IN_STOCK, DeviceState.ON_THE_WAY, DeviceState.LOST, DeviceState.RETIRED),
    DeviceState.LOST: (DeviceState.IN_STOCK, DeviceState.FAULTY, DeviceState.RETIRED),
    DeviceState.RETIRED: (),
}  # fmt: skip
# Those that a person declares on the page of a device; the others follow a handover, its end, or a loan.
DECLARED_STATES = (DeviceState.IN_STOCK, DeviceState.FAULTY, DeviceState.LOST, DeviceState.RETIRED)


class HandoverEnd(models.TextChoices):
    WORKING = "working", "rendu en état de marche"
    FAULTY = "faulty", "rendu en panne ou abîmé"
    LOST = "lost", "perdu"


# What becomes of the device.
STATE_AFTER: dict[str, str] = {
    HandoverEnd.WORKING: DeviceState.IN_STOCK,
    HandoverEnd.FAULTY: DeviceState.FAULTY,
    HandoverEnd.LOST: DeviceState.LOST,
}


class SignerQuality(models.TextChoices):
    OFFICIAL = "official", "la personne protégée elle-même"
    RELATIVE = "relative", "un proche"
    STAFF = "staff", "une personne de son équipe ou de sa collectivité"


class RecipientRole(models.TextChoices):
    RELATIVE = "relative", "proche"
    COLLEAGUE = "colleague", "collègue ou équipe"
    NEIGHBOUR = "neighbour", "voisin"
    UNIT = "unit", "gendarmerie ou police"
    CENTRE = "centre", "centre de télésurveillance"


class TestOutcome(models.TextChoices):
    # pytest collects what is called « Test… ».
    __test__ = False

    OK = "ok", "l'appel a abouti"
    FAILED = "failed", "l'appel n'a pas abouti"


class Truth(models.TextChoices):
    UNKNOWN = "unknown", "on ne sait pas encore"
    REAL = "real", "vraie alerte"
    FALSE = "false", "fausse alerte"
