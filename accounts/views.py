from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.views import PasswordChangeView
from django.http import Http404
from django.shortcuts import redirect, resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from accounts.actor import actor_from, client_address
from accounts.forms import TOO_MANY_CODE, TOO_MANY_SENTENCE, ChangePasswordForm, SignInForm
from accounts.gate import access
from accounts.permissions import PUBLIC, SIGNED_IN
from accounts.selectors import notifications_of, postings_by_time
from accounts.services import TooManyAttempts, choose_digest, read_all_notifications, read_notification, sign_in
from core.journal import Action, record_access
from core.pagination import paginate_keyset

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SignInView(FormView):
    access = PUBLIC
    form_class = SignInForm
    template_name = "accounts/sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("home")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignInForm) -> HttpResponse:
        try:
            result = sign_in(
                request=self.request,
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                address=client_address(self.request),
            )
        except TooManyAttempts:
            form.add_error(None, TOO_MANY_SENTENCE)
            return self.render_to_response(self.get_context_data(form=form), status=429)
        if result.user is None:
            # One sentence for both: it must not tell which addresses have an account.
            form.add_error(None, "L'adresse ou le mot de passe ne correspond pas. Vérifiez la saisie, puis réessayez.")
            return self.form_invalid(form)
        login(self.request, result.user)
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        if url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        ):
            return wanted
        return resolve_url("home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        return super().get_context_data(next=wanted, **kwargs)


@access(SIGNED_IN)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    record_access(action=Action.SIGN_OUT, actor=actor_from(request), object_type="sign_in")
    logout(request)
    messages.success(request, "Vous êtes déconnecté.")
    return redirect("accounts:sign_in")


class MyPostingsView(TemplateView):
    access = SIGNED_IN
    template_name = "accounts/postings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**postings_by_time(user=self.request.user), **kwargs)


class ChangePasswordView(PasswordChangeView):
    access = SIGNED_IN
    form_class = ChangePasswordForm
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("accounts:postings")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": actor_from(self.request)}

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        form.save()
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, "Votre mot de passe est changé. Vos autres sessions sont fermées.")
        return redirect(self.get_success_url())

    def form_invalid(self, form: ChangePasswordForm) -> HttpResponse:
        limited = form.has_error("old_password", TOO_MANY_CODE)
        return self.render_to_response(self.get_context_data(form=form), status=429 if limited else 200)


class NotificationsView(TemplateView):
    """What the portal told the person, what is unread first. Reading the list marks nothing."""

    access = SIGNED_IN
    template_name = "accounts/notifications.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = paginate_keyset(
            notifications_of(user=self.request.user),
            order=("is_read", "-at", "-pk"),
            cursor=self.request.GET.get("cursor"),
        )
        unread = [found.pk for found in page.items if not found.is_read]
        return super().get_context_data(page=page, latest_unread=max(unread, default=None), **kwargs)


@access(SIGNED_IN)
@require_POST
def open_notification(request: HttpRequest) -> HttpResponse:
    """Mark one as read and go where it leads. Its number travels in the form, never in an address."""
    number = request.POST.get("notification", "")
    path = read_notification(user=request.user, notification=int(number)) if _is_key(number) else None
    if path is None:
        raise Http404
    return redirect(path)


@access(SIGNED_IN)
@require_POST
def read_everything(request: HttpRequest) -> HttpResponse:
    until = request.POST.get("until", "")
    if _is_key(until) and read_all_notifications(user=request.user, until=int(until)):
        messages.success(request, "Vos notifications sont marquées comme lues.")
    return redirect("accounts:notifications")


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


@access(SIGNED_IN)
@require_POST
def digest_choice(request: HttpRequest) -> HttpResponse:
    match request.POST.get("digest"):
        case "on" | "off" as choice:
            choose_digest(user=request.user, wanted=choice == "on", actor=actor_from(request))
            words = "activé" if choice == "on" else "arrêté"
            messages.success(request, f"Le résumé quotidien par courriel est {words}.")
    return redirect("accounts:notifications")
