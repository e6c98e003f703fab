"""Type, read the exact letter, then sign it: the same steps for a refusal and for what is decided on a protection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse

from call_buttons.services import ActRefused, AlreadyDecided, PreviewOutdated, UnprintableText

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from call_buttons.forms import LetterForm
    from call_buttons.models import CallButtonDecision
    from call_buttons.services import Document

SIGNED = "La décision {} est signée. L'élu et le référent sont prévenus."


def read_then_sign(
    request: HttpRequest,
    form: LetterForm,
    *,
    preview: Callable[[], Document],
    sign: Callable[[str], CallButtonDecision],
) -> tuple[CallButtonDecision | None, str]:
    """The decision once it is signed, or the hash of the letter to read; refusals are among the errors of the form.

    Raises AlreadyDecided: there is nothing left to type.
    """
    if request.method != "POST" or not form.is_valid():
        return None, ""
    try:
        if request.POST.get("act") == "sign":
            try:
                decision = sign(form.cleaned_data["previewed"])
            except PreviewOutdated as error:
                messages.warning(request, str(error))
            else:
                messages.success(request, SIGNED.format(decision.number))
                return decision, ""
        return None, preview().sha256
    except AlreadyDecided:
        raise
    except UnprintableText as error:
        form.add_error(form.field_with(error.sign), str(error))
    except ActRefused as error:
        form.add_error(error.field, str(error))
    return None, ""


def pdf(content: bytes, name: str, *, attachment: bool = False) -> HttpResponse:
    kind = "attachment" if attachment else "inline"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'{kind}; filename="{name}"'}
    )
