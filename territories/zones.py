"""What INSEE does not publish about a département: its clock, its public holidays, how it is named after « de »."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Zone:
    time_zone: str
    holidays: str = ""


METROPOLE = Zone("Europe/Paris")
ALSACE_MOSELLE = Zone("Europe/Paris", "57")
# `holidays` is the subdivision of the library of that name.
ZONES: dict[str, Zone] = {
    "57": ALSACE_MOSELLE,
    "67": Zone("Europe/Paris", "6AE"),
    "68": Zone("Europe/Paris", "6AE"),
    "971": Zone("America/Guadeloupe", "971"),
    "972": Zone("America/Martinique", "972"),
    "973": Zone("America/Cayenne", "973"),
    "974": Zone("Indian/Reunion", "974"),
    "975": Zone("America/Miquelon", "PM"),
    "976": Zone("Indian/Mayotte", "976"),
    "977": Zone("America/St_Barthelemy", "BL"),
    "978": Zone("America/Marigot", "MF"),
    # The administration of the TAAF sits in La Réunion.
    "984": Zone("Indian/Reunion", "TF"),
    "986": Zone("Pacific/Wallis", "WF"),
    "987": Zone("Pacific/Tahiti", "PF"),
    "988": Zone("Pacific/Noumea", "NC"),
    "989": Zone("Etc/GMT+8"),
}

# INSEE's TNCC, the article of a name: what « de » becomes in front of it.
PREPOSITIONS = {
    "0": "de ",
    "1": "d'",
    "2": "du ",
    "3": "de la ",
    "4": "des ",
    "5": "de l'",
    "6": "des ",
    "7": "de las ",
    "8": "de los ",
}
# Where INSEE's article differs from the name that the préfecture bears.
NAMES_OF = {
    "41": "de Loir-et-Cher",
    "47": "de Lot-et-Garonne",
    "82": "de Tarn-et-Garonne",
    "84": "de Vaucluse",
    "974": "de La Réunion",
}
# The collectivities have no TNCC in the published files.
COLLECTIVITIES: dict[str, tuple[str, str]] = {
    "975": ("Saint-Pierre-et-Miquelon", "de Saint-Pierre-et-Miquelon"),
    "977": ("Saint-Barthélemy", "de Saint-Barthélemy"),
    "978": ("Saint-Martin", "de Saint-Martin"),
    "984": ("Terres australes et antarctiques françaises", "des Terres australes et antarctiques françaises"),
    "986": ("Wallis-et-Futuna", "de Wallis-et-Futuna"),
    "987": ("Polynésie française", "de la Polynésie française"),
    "988": ("Nouvelle-Calédonie", "de la Nouvelle-Calédonie"),
    "989": ("Île de Clipperton", "de l'île de Clipperton"),
}


def zone_of(departement_code: str) -> Zone:
    return ZONES.get(departement_code, METROPOLE)
