"""Celery's own signals: one date per task, and the worker's heartbeat."""

from __future__ import annotations

from typing import Any

from celery.signals import task_postrun, task_prerun, worker_ready, worker_shutting_down

from core import clock
from core.heartbeat import HeartbeatThread

_heartbeat = HeartbeatThread()


@task_prerun.connect
def hold_clock(task: Any = None, **kwargs: Any) -> None:
    task.request.clock_token = clock.hold()


@task_postrun.connect
def release_clock(task: Any = None, **kwargs: Any) -> None:
    token = getattr(task.request, "clock_token", None)
    if token is not None:
        clock.release(token)


@worker_ready.connect
def start_heartbeat(**kwargs: Any) -> None:
    _heartbeat.start()


@worker_shutting_down.connect
def stop_heartbeat(**kwargs: Any) -> None:
    _heartbeat.stopping.set()
