"""How the software of a centre gets in: its token, and the certificate of its machine where the token names one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from django.conf import settings
from django.http import JsonResponse

from accounts.actor import actor_from
from accounts.permissions import TokenDoor
from alarm_registry.selectors.centres import token_given
from alarm_registry.services import journal_refused_token, note_use

if TYPE_CHECKING:
    from django.http import HttpRequest

    from alarm_registry.models import CentreToken

CERTIFICATE_HEADER = "X-Client-Certificate"
QUARTER_OF_AN_HOUR = "900"


def error(status: int, code: str, message: str, **more: object) -> JsonResponse:
    return JsonResponse(
        {"code": code, "message": message, **more}, status=status, json_dumps_params={"ensure_ascii": False}
    )


def _enter(request: HttpRequest) -> JsonResponse | None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        return _unauthorised("jeton_absent", "Donnez le jeton du centre : « Authorization: Bearer … ».")
    token = token_given(given.strip())
    if token is None or not token.opens:
        # The same words for a token that never was and for one taken back: a thief learns nothing.
        if not journal_refused_token(
            actor=actor_from(request), token=token, reason="jeton inconnu, révoqué ou arrivé à son terme"
        ):
            return _wait()
        return _unauthorised(
            "jeton_refuse", "Ce jeton est inconnu, révoqué ou arrivé à son terme. Demandez-en un autre."
        )
    if token.certificate and _certificate_shown(request) != token.certificate:
        if not journal_refused_token(
            actor=actor_from(request), token=token, reason="certificat du poste absent ou différent"
        ):
            return _wait()
        return error(403, "certificat_refuse", "Ce jeton ne s'emploie qu'avec le certificat du poste du centre.")
    note_use(token)
    request.centre_token = token  # type: ignore[attr-defined]  # read by the API, behind this door only
    return None


def _unauthorised(code: str, message: str) -> JsonResponse:
    response = error(401, code, message)
    response.headers["WWW-Authenticate"] = 'Bearer realm="17"'
    return response


def _wait() -> JsonResponse:
    response = error(429, "trop_de_refus", "Trop de demandes refusées depuis ce poste : attendez un quart d'heure.")
    response.headers["Retry-After"] = QUARTER_OF_AN_HOUR
    return response


def _certificate_shown(request: HttpRequest) -> str:
    """SHA-256 of the client's certificate, as the reverse proxy says; nothing when anybody else says it."""
    if request.META.get("REMOTE_ADDR") not in settings.CERTIFICATE_PROXIES:
        return ""
    try:
        certificate = load_pem_x509_certificate(unquote(request.headers.get(CERTIFICATE_HEADER, "")).encode())
    except ValueError:
        return ""
    return certificate.fingerprint(SHA256()).hex()


def token_of(request: HttpRequest) -> CentreToken:
    return request.centre_token  # type: ignore[attr-defined]  # set by `_enter`


BY_CENTRE_TOKEN = TokenDoor("jeton d'un centre du 17", _enter)
