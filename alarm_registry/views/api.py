"""The API of the 17, for the software of a centre. POST only: nothing of a caller is ever in an address.

The gate lets in by the token (`api_door`); the search itself is that of the page, by the same services.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer

from accounts.actor import client_address
from accounts.gate import access
from accounts.permissions import PUBLIC
from alarm_registry.selectors.card import card_of
from alarm_registry.selectors.matching import with_qualities
from alarm_registry.selectors.sheet import sheet_now
from alarm_registry.services import (
    Caller,
    ReasonNeeded,
    TooFast,
    caller_of_software,
    check_centre_pace,
    look_up_name,
    look_up_number,
    open_record,
)
from alarm_registry.views.api_door import BY_CENTRE_TOKEN, error, token_of
from alarm_registry.views.api_schemas import Answer, CardAnswer, CardAsked, NameAsked, NumberAsked, Refusal
from core.telephones import candidates
from territories.models import Commune

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.urls import URLPattern

    from alarm_registry.models import CentreToken
    from alarm_registry.selectors.matching import Found, Match

ROOT = "api/17/v1/"
DESCRIPTION = """\
Reconnaître un appelant du 17 depuis le logiciel d'un centre d'appel.

Chaque demande est un POST en JSON, avec le jeton du centre (« Authorization: Bearer … ») et le nom ou le matricule de
l'opérateur. Chaque recherche est notée au journal avant la réponse, comme une recherche faite à l'écran, avec les mêmes
limites. Une réponse 429 dit combien de secondes attendre (« Retry-After ») ; « appel_urgent » passe outre, et le
superviseur du centre en est prévenu. Aucune réponse ne se garde en cache.
"""
NOT_A_NUMBER = "Ce n'est pas un numéro que l'on peut chercher."
FRENCH = {
    "missing": "Ce champ est obligatoire.",
    "extra_forbidden": "Ce champ n'existe pas.",
    "string_type": "Ce champ est un texte.",
    "string_too_short": "Ce texte est vide ou trop court.",
    "string_too_long": "Ce texte est trop long.",
    "string_unicode": "Ce texte contient un signe illisible.",
    "unprintable": "Ce texte contient un signe illisible.",
    "string_pattern_mismatch": "Ce code n'a pas la forme attendue.",
    "bool_type": "Ce champ est vrai ou faux.",
    "bool_parsing": "Ce champ est vrai ou faux.",
    "uuid_parsing": "Ce n'est pas l'identifiant d'une inscription.",
    "uuid_type": "Ce n'est pas l'identifiant d'une inscription.",
    "number_in_agent": "Donnez un matricule ou un nom, jamais un numéro de téléphone.",
}
MESSAGES = {
    "aucune": "Non inscrit : traitez l'appel normalement.",
    "une": "Une personne inscrite.",
    "plusieurs": "Plusieurs personnes : demandez « Qui parle ? D'où ? », puis ouvrez une fiche.",
    "hors_ressort": "Une fiche hors de votre ressort : ouvrez-la avec un motif, si l'appel vous arrive.",
}
WORDS = {
    200: "La réponse.",
    400: "La demande n'est pas un texte JSON lisible.",
    401: "Le jeton est absent, inconnu, révoqué ou arrivé à son terme.",
    403: "Le certificat du poste manque, ou la fiche est hors du ressort et le motif manque.",
    404: "L'inscription n'existe plus.",
    422: "La demande est incomplète ou incorrecte : « champs » dit où.",
    429: "Une pause est demandée.",
}
REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 422, 429), Refusal)


class _French(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


class CentreToken17(HttpBearer):
    """Said in the contract. The gate has read the token already, and lets nothing in without one."""

    def authenticate(self, request: HttpRequest, token: str) -> CentreToken | None:
        return getattr(request, "centre_token", None)


api = NinjaAPI(
    title="Alarme élu : reconnaître un appelant du 17",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-17",
    renderer=_French(),
    auth=CentreToken17(),
)


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.response = error(status, code, message, **more)


@api.exception_handler(Refused)
def say_refused(request: HttpRequest, refusal: Refused) -> JsonResponse:
    return refusal.response


@api.exception_handler(TooFast)
def say_too_fast(request: HttpRequest, pause: TooFast) -> JsonResponse:
    response = error(429, "trop_rapide", f"{pause} Pour un appel urgent : « appel_urgent ».")
    response.headers["Retry-After"] = str(pause.seconds)
    return response


@api.exception_handler(ValidationError)
def say_invalid(request: HttpRequest, invalid: ValidationError) -> JsonResponse:
    """The fields at fault. What was sent is never sent back."""
    fields = {}
    for fault in invalid.errors:
        name = str(fault["loc"][-1])[:40] if len(fault["loc"]) > 2 else "demande"
        fields[name] = FRENCH.get(fault["type"], "Cette valeur n'est pas valable.")
    return error(422, "demande_incorrecte", "La demande est incomplète ou incorrecte.", champs=fields)


@api.exception_handler(HttpError)
def say_unreadable(request: HttpRequest, unreadable: HttpError) -> JsonResponse:
    return error(unreadable.status_code, "demande_illisible", "La demande n'est pas un texte JSON lisible.")


@api.post(
    "/recherche",
    url_name="api_search",
    operation_id="recherche",
    response={200: Answer, **REFUSALS},
    summary="Chercher l'appelant par son numéro",
)
def search(request: HttpRequest, demande: NumberAsked) -> dict[str, Any]:
    """Une seule personne dans le ressort : sa fiche. Plusieurs : leurs noms, aucune fiche."""
    caller = _caller(request, demande.agent)
    if not candidates(demande.numero, departement=caller.departement.pk):
        raise Refused(422, "numero_illisible", NOT_A_NUMBER, champs={"numero": NOT_A_NUMBER})
    check_centre_pace(token_of(request), forced=demande.appel_urgent, address=caller.actor.address)
    return _answer(look_up_number(demande.numero, caller=caller, forced=demande.appel_urgent))


@api.post(
    "/recherche-par-nom",
    url_name="api_search_name",
    operation_id="recherche_par_nom",
    response={200: Answer, **REFUSALS},
    summary="Chercher l'appelant par son nom et sa commune (numéro masqué)",
)
def search_name(request: HttpRequest, demande: NameAsked) -> dict[str, Any]:
    commune = None
    if demande.commune:
        commune = Commune.objects.filter(pk=demande.commune).first()
        if commune is None:
            unknown = "Aucune commune n'a ce code Insee."
            raise Refused(422, "commune_inconnue", unknown, champs={"commune": unknown})
    caller = _caller(request, demande.agent)
    check_centre_pace(token_of(request), forced=demande.appel_urgent, address=caller.actor.address)
    return _answer(look_up_name(demande.nom, commune=commune, caller=caller, forced=demande.appel_urgent))


@api.post(
    "/fiche",
    url_name="api_card",
    operation_id="fiche",
    response={200: CardAnswer, 404: Refusal, **REFUSALS},
    summary="Ouvrir une fiche parmi plusieurs, ou hors du ressort avec un motif",
)
def card(request: HttpRequest, demande: CardAsked) -> dict[str, Any]:
    caller = _caller(request, demande.agent)
    try:
        found = open_record(demande.inscription, caller=caller, reason=demande.motif)
    except ReasonNeeded:
        raise Refused(403, "hors_ressort", MESSAGES["hors_ressort"], champs={"motif": FRENCH["missing"]}) from None
    if found is None:
        raise Refused(404, "fiche_retiree", "Cette inscription n'existe plus : traitez l'appel normalement.")
    return {"fiche": sheet_now(card_of(found))}


def _caller(request: HttpRequest, agent: str) -> Caller:
    return caller_of_software(token_of(request), agent=agent, address=client_address(request))


def _answer(found: Found) -> dict[str, Any]:
    """0, 1 or n: n never opens one, and one that is out of reach asks for its reason first."""
    matches = found.matches
    kind = ("aucune", "une")[len(matches)] if len(matches) < 2 else "plusieurs"
    if kind == "une" and not matches[0].in_reach:
        kind = "hors_ressort"
    shown = matches[0] if kind == "une" else None
    return {
        "resultat": kind,
        "message": MESSAGES[kind],
        "plans": list(found.plans),
        "coupe": found.is_cut,
        "fiche": sheet_now(card_of(shown.registration), caller=shown.number) if shown else None,
        "personnes": [_person(match, kind) for match in with_qualities(found).matches] if shown is None else [],
    }


def _person(match: Match, kind: str) -> dict[str, Any]:
    official, number = match.registration.official, match.number
    # As on the page: out of reach and alone, where it is and nothing of who it is.
    named = kind != "hors_ressort"
    held = official.current_mandates  # type: ignore[attr-defined]  # read by with_qualities
    mandates = ", ".join(str(mandate) for mandate in held) or "ancien élu"
    return {
        "inscription": match.registration.pk,
        "nom": str(official) if named else "",
        "qualite": mandates if named else "",
        "departement": match.registration.departement.name,
        "dans_le_ressort": match.in_reach,
        "numero_a_qui": number.get_role_display() if number and named else "",
        "plan": match.plan,
    }


@access(PUBLIC)
@require_GET
def contract(request: HttpRequest) -> JsonResponse:
    """The OpenAPI document: it says nothing of anybody, and who writes a client has no token yet."""
    schema = api.get_openapi_schema(path_prefix=ROOT)
    for operations in schema["paths"].values():
        for status, answer in operations["post"]["responses"].items():
            answer["description"] = WORDS[int(status)]
            if int(status) == 429:
                answer["headers"] = {
                    "Retry-After": {"schema": {"type": "integer"}, "description": "Secondes à attendre."}
                }
    return JsonResponse(schema, json_dumps_params={"ensure_ascii": False})


def _by_token(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of the API as the gate and the CSRF check read it."""

    @csrf_exempt
    @access(BY_CENTRE_TOKEN)
    def entered(request: HttpRequest, **arguments: Any) -> Any:
        return view(request, **arguments)

    return entered


def api_patterns() -> list[URLPattern]:
    """The operations and the contract; not the root of django-ninja, which would be a page."""
    operations = [one for one in api.urls[0] if one.name and one.name.startswith("api_")]
    return [
        *(path(f"{ROOT}{one.pattern}", _by_token(one.callback), name=one.name) for one in operations),
        path(f"{ROOT}openapi.json", contract, name="api_contract"),
    ]
