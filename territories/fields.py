"""A form field in which a person types a commune."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from territories.models import Commune
from territories.selectors import search_communes

WITH_DEPARTEMENT = re.compile(r"^(?P<name>.+?)\s*\((?P<code>[0-9][0-9AB][0-9]?)\)$", re.IGNORECASE)
SHOWN = 6


class CommuneField(forms.CharField):
    """A name, « nom (département) » or an INSEE code; becomes the Commune.

    Nothing is guessed: a name that several communes bear is given back with their list.
    """

    default_error_messages = {
        "required": "Saisissez le nom de la commune.",
        "unknown": "Aucune commune ne correspond à « %(typed)s ». Vérifiez le nom, ou saisissez le code INSEE.",
        "several": "Plusieurs communes correspondent : %(names)s. Recopiez celle que vous voulez dire.",
        "near": "Aucune commune ne porte exactement ce nom. Vouliez-vous dire : %(names)s ?",
    }

    def __init__(self, *, accepts_former: bool = False, **kwargs: Any) -> None:
        """`accepts_former`: a commune of the past gives that of today, with its old name in `former_name`."""
        self.accepts_former = accepts_former
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, Commune) else value

    def clean(self, value: Any) -> Commune | None:  # type: ignore[override]
        typed = super().clean(value)
        if not typed:
            return None
        match = WITH_DEPARTEMENT.match(typed)
        name, departement = (match["name"], match["code"].upper()) if match else (typed, None)
        found = search_communes(name, limit=30)
        if departement is not None:
            found = [commune for commune in found if commune.departement_id == departement]
        exact = [commune for commune in found if commune.code == typed.upper() or _same(commune, name)]
        if len(exact) == 1:
            return exact[0]
        former = [commune for commune in found if _is_former(commune, typed, name)] if self.accepts_former else []
        if not exact and len(former) == 1:
            return former[0]
        if not found:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"typed": typed})
        code = "several" if exact else "near"
        names = ", ".join(f"« {commune} »" for commune in (exact or found)[:SHOWN])
        raise ValidationError(self.error_messages[code], code=code, params={"names": names})


def _is_former(commune: Commune, typed: str, name: str) -> bool:
    """Whether what was typed is the code or the name of a commune that is now part of this one."""
    from territories.naming import search_key

    if search_key(commune.former_name) == search_key(name) and commune.former_name:  # type: ignore[attr-defined]
        return True
    past = commune.formers.filter(code=typed.upper(), code_is_free=True).first()
    if past is not None:
        commune.former_name = past.name  # type: ignore[attr-defined]
    return past is not None


def _same(commune: Commune, name: str) -> bool:
    from territories.naming import search_key

    return commune.search_name == search_key(name)
