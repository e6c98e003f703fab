from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.actor import actor_from
from accounts.gate import access
from accounts.permissions import MANAGE_PLATFORM
from core.enums import RunOutcome
from core.heartbeat import silent_processes
from core.jobs import JobBusy, all_jobs, find_job, last_runs, run_job_now

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TONES = {RunOutcome.DONE: "success", RunOutcome.FAILED: "error", RunOutcome.INTERRUPTED: "warning"}


class JobsView(TemplateView):
    """« Tâches planifiées »: each job, its last run, and a button to run it now."""

    access = MANAGE_PLATFORM
    template_name = "operations/jobs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = last_runs()
        rows = [
            {
                "job": job,
                "run": (run := runs.get(job.name)),
                "tone": TONES.get(RunOutcome(run.outcome), "info") if run else "",
            }
            for job in all_jobs()
        ]
        return super().get_context_data(rows=rows, silent=silent_processes(), **kwargs)


@access(MANAGE_PLATFORM)
@require_POST
def run_now(request: HttpRequest, name: str) -> HttpResponse:
    job = find_job(name)
    if job is None:
        raise Http404
    try:
        run = run_job_now(name=name, actor=actor_from(request, permission=MANAGE_PLATFORM))
    except JobBusy as error:
        messages.warning(request, str(error))
        return redirect("operations:jobs")
    show = messages.success if run.outcome == RunOutcome.DONE else messages.error
    show(request, f"{job.label} : {run.message}")
    return redirect("operations:jobs")
