"""Celery application. What runs when is decided by `core.jobs`; beat only ticks."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calae_portal.settings")

app = Celery("calae_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_scheduler = "core.scheduler:HeartbeatScheduler"
# How often beat looks for due jobs. TICK_SECONDS is for the tests that drive real processes; no deployment sets it.
tick_seconds = float(os.environ.get("TICK_SECONDS", "20"))
# A tick that nobody took before the next one is useless: without a limit they would pile up behind a long job.
app.conf.beat_schedule = {
    "tick": {"task": "core.tasks.tick", "schedule": tick_seconds, "options": {"expires": tick_seconds}}
}
app.conf.worker_concurrency = 2
# A worker waits for the queue as long as it takes: nobody would start it again.
app.conf.broker_connection_max_retries = None
app.autodiscover_tasks()
