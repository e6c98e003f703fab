from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import messages
from django.db.models import Value
from django.db.models.functions import Concat
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.actor import actor_from
from accounts.gate import access
from accounts.models import User
from accounts.permissions import READ_JOURNAL
from calae_portal.operations.forms import JournalFilterForm
from cases.selectors import references_barred_from
from core.journal import Action, Outcome, record_access, record_act
from core.journal.sealing import verify_journal
from core.journal.selectors import journal_entries, last_verification
from core.pagination import paginate_keyset

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from core.models import JournalEntry

TONES = {Outcome.REFUSED: "warning", Outcome.FAILED: "error"}
# Objects that are not rows of a table.
OTHER_OBJECTS = {"page": "page", "sign_in": "connexion", "core.job": "tâche planifiée", "journal": "journal"}
# More people than that with one name: the filter says too little.
PEOPLE_SOUGHT = 50


class JournalView(TemplateView):
    """« Journal »: who did or read what, without the content; and whether the journal is intact.

    Reading the journal is itself an entry, written before the page leaves.
    """

    access = READ_JOURNAL
    template_name = "operations/journal.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = JournalFilterForm(request.GET or None)
        entries = journal_entries() if not form.is_bound else self.filtered(form)
        # Even there, a file does not exist for the person whom it concerns.
        entries = entries.exclude(object_label__in=references_barred_from(request.user))
        page = paginate_keyset(entries, order=("-at", "-id"), cursor=request.GET.get("cursor"), size=50)
        record_access(
            action=Action.CONSULTATION,
            actor=actor_from(request, permission=READ_JOURNAL),
            object_type="journal",
            reason="lecture du journal",
            details={name: request.GET[name][:100] for name in form.fields if request.GET.get(name)},
        )
        rows = [{"entry": entry, "object": object_words(entry), "tone": tone_of(entry)} for entry in page.items]
        context = self.get_context_data(form=form, page=page, rows=rows, verification=last_verification())
        return self.render_to_response(context)

    def filtered(self, form: JournalFilterForm) -> QuerySet[JournalEntry]:
        if not form.is_valid():
            return journal_entries().none()
        sought = form.cleaned_data
        return journal_entries(
            action=sought["action"],
            outcome=sought["outcome"],
            actor_ids=people_named(sought["person"]) if sought["person"] else None,
            object_label=sought["reference"],
            **form.period,
        )


@access(READ_JOURNAL)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    record_act(
        actor=actor_from(request, permission=READ_JOURNAL), object_type="journal", reason="vérification demandée"
    )
    result = verify_journal()
    if result.is_intact:
        messages.success(request, "Le journal est intact.")
    else:
        messages.error(request, "Le journal a été altéré. Prévenez le responsable de la sécurité du portail.")
    return redirect("operations:journal")


def people_named(name: str) -> list[int]:
    """Accounts whose full name contains `name`, in either order."""
    full_name = Concat("first_name", Value(" "), "last_name", Value(" "), "first_name")
    found = User.objects.annotate(full_name=full_name).filter(full_name__icontains=name.strip())
    return list(found.order_by("pk").values_list("pk", flat=True)[:PEOPLE_SOUGHT])


def object_words(entry: JournalEntry) -> str:
    """What the entry is about, in words: « dossier 2026-45-00012 »."""
    if not entry.object_type:
        return entry.object_label
    kind = OTHER_OBJECTS.get(entry.object_type) or _table_words(entry.object_type)
    # The key of a sign-in is a fingerprint: it tells nothing to a reader.
    name = entry.object_label or ("" if entry.object_type == "sign_in" else entry.object_id)
    return f"{kind} {name}".strip()


def tone_of(entry: JournalEntry) -> str:
    return TONES.get(Outcome(entry.outcome), "")


def _table_words(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label
