from django.db import models


class Role(models.TextChoices):
    """Who does what: DOMAIN, section 1. A role is held through a posting, never on the account itself."""

    REFERENT = "referent", "référent « atteintes aux élus »"
    UNIT_HEAD = "unit_head", "hiérarchie de l'unité"
    SECURITY_ADVISER = "security_adviser", "référent sûreté"
    INSTRUCTOR = "instructor", "instructeur de la préfecture"
    DECIDER = "decider", "décideur (préfet, directeur de cabinet)"
    CALAE_ANALYST = "calae_analyst", "analyste CALAE"
    OPERATOR_17 = "operator_17", "opérateur du 17"
    SUPERVISOR_17 = "supervisor_17", "superviseur du 17"
    PSYCHOLOGIST = "psychologist", "psychologue France Victimes"
    OFFICIAL = "official", "élu"
    PROTECTED_PERSON = "protected_person", "proche d'un élu"
    ADMINISTRATOR = "administrator", "administrateur du portail"


class ScopeKind(models.TextChoices):
    NATION = "nation", "France entière"
    DEPARTEMENT = "departement", "département"
    UNIT = "unit", "unité"
    OWN = "own", "sa propre situation"


# Which scopes a role may be given. Held by a check constraint on Posting.
ROLE_SCOPES: dict[Role, tuple[ScopeKind, ...]] = {
    Role.REFERENT: (ScopeKind.UNIT,),
    Role.UNIT_HEAD: (ScopeKind.UNIT, ScopeKind.DEPARTEMENT),
    Role.SECURITY_ADVISER: (ScopeKind.DEPARTEMENT,),
    Role.INSTRUCTOR: (ScopeKind.DEPARTEMENT,),
    Role.DECIDER: (ScopeKind.DEPARTEMENT,),
    Role.CALAE_ANALYST: (ScopeKind.NATION,),
    Role.OPERATOR_17: (ScopeKind.DEPARTEMENT,),
    Role.SUPERVISOR_17: (ScopeKind.DEPARTEMENT,),
    Role.PSYCHOLOGIST: (ScopeKind.NATION, ScopeKind.DEPARTEMENT),
    Role.OFFICIAL: (ScopeKind.OWN,),
    Role.PROTECTED_PERSON: (ScopeKind.OWN,),
    Role.ADMINISTRATOR: (ScopeKind.NATION,),
}


class Force(models.TextChoices):
    GN = "GN", "gendarmerie nationale"
    PN = "PN", "police nationale"
    PP = "PP", "préfecture de police"
