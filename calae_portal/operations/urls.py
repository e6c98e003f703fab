"""Pages of the administrator. Those of the demonstration do not exist elsewhere: 404."""

from django.urls import path

from calae_portal.operations.demo import demo_only
from calae_portal.operations.views import clock, jobs, journal, outbox

app_name = "operations"
urlpatterns = [
    path("journal/", journal.JournalView.as_view(), name="journal"),
    path("journal/verifier/", journal.verify, name="verify_journal"),
    path("demonstration/date/", demo_only(clock.ClockView.as_view()), name="clock"),
    path("demonstration/date/heure-reelle/", demo_only(clock.reset_clock), name="reset_clock"),
    path("boite-d-envoi/", outbox.OutboxView.as_view(), name="outbox"),
    path("boite-d-envoi/<uuid:pk>/renvoyer/", outbox.retry, name="retry_message"),
    path("demonstration/taches/", demo_only(jobs.JobsView.as_view()), name="jobs"),
    path("demonstration/taches/<slug:name>/lancer/", demo_only(jobs.run_now), name="run_job"),
]
