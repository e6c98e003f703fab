from referents.services.competences import set_competence
from referents.services.unit_imports import import_units

__all__ = ["import_units", "set_competence"]
