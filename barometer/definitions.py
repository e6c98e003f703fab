"""What the barometer counts, in words. A frozen month keeps the version and the words that were true for it.

Changing what is counted means a new version here: months already frozen keep theirs, and are not compared with it.
"""

UNIT = "faits enregistrés dans le portail"
VERSION = 1
DEFINITIONS = (
    "Un fait est une menace ou une autre atteinte à un élu, enregistrée dans le portail.",
    "Il compte dans le mois de son enregistrement, de minuit à minuit à l'heure de Paris, où qu'il ait eu lieu.",
    "Chaque fait compte une fois, même si plusieurs faits visent le même élu.",
    "Une évaluation est dans les délais si la première du fait est transmise à la hiérarchie à l'échéance, ou avant.",
    "Une évaluation renvoyée à son auteur n'est plus transmise, jusqu'à ce qu'il la transmette à nouveau.",
    "Le taux rapporte les évaluations transmises dans les délais à tous les faits du mois.",
    "Ces chiffres ne se comparent pas aux séries publiées par le CALAE : celui-ci compte des procédures judiciaires.",
)


def definitions_text() -> str:
    """The definitions as a frozen month stores them: one a line."""
    return "\n".join(DEFINITIONS)
