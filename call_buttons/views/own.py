"""What an élu asks from his own space: a call button or its renewal, SMS before its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from call_buttons.forms import SmsForm, WishForm
from call_buttons.models import ReminderSms
from call_buttons.permissions import ASK_FOR_ONESELF
from call_buttons.selectors import case_to_ask_in, grant_to_follow
from call_buttons.services import choose_sms, express_wish
from core.acts import attempt
from core.forms import submitted
from officials.models import Official

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _own(request: HttpRequest) -> Official:
    official = Official.objects.filter(user=request.user).first()
    if official is None:
        raise Http404
    return official


@access(ASK_FOR_ONESELF)
@require_http_methods(["GET", "POST"])
def wish(request: HttpRequest) -> HttpResponse:
    official = _own(request)
    form = WishForm(submitted(request))
    actor = actor_from(request, permission=ASK_FOR_ONESELF)
    if attempt(
        form,
        lambda: express_wish(official=official, text=form.cleaned_data["text"], user=request.user, actor=actor),
    ):
        messages.success(request, "Votre référent a reçu votre demande. Il vous répond sous deux jours.")
        return redirect("situation")
    case = case_to_ask_in(official)
    context = {"form": form, "case": case, "renews": grant_to_follow(case) if case else None}
    return render(request, "call_buttons/wish.html", context, status=422 if form.errors else 200)


@access(ASK_FOR_ONESELF)
@require_http_methods(["GET", "POST"])
def sms(request: HttpRequest) -> HttpResponse:
    official = _own(request)
    chosen = ReminderSms.objects.filter(official=official).first()
    form = SmsForm(submitted(request), initial={"telephone": chosen.telephone if chosen else ""})
    if request.method == "POST" and form.is_valid():
        choose_sms(official=official, telephone=form.cleaned_data["telephone"])
        messages.success(request, "Vous recevrez un SMS avant la fin de votre protection.")
        return redirect("situation")
    return render(
        request, "call_buttons/sms.html", {"form": form, "chosen": chosen}, status=422 if form.errors else 200
    )


@access(ASK_FOR_ONESELF)
@require_POST
def stop_sms(request: HttpRequest) -> HttpResponse:
    choose_sms(official=_own(request), telephone="")
    messages.success(request, "Vous ne recevrez plus de SMS. Votre numéro est effacé.")
    return redirect("situation")
