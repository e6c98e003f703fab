"""Celery's beat, with a heartbeat and without a state file: it only ticks, `core.jobs` knows what is due."""

from __future__ import annotations

import time
from typing import Any

import structlog
from celery.beat import Scheduler
from kombu.exceptions import OperationalError as BrokerAway

from core.enums import Process
from core.heartbeat import PERIOD_SECONDS, record_heartbeat_or_log

logger = structlog.get_logger(__name__)


class HeartbeatScheduler(Scheduler):
    max_interval = PERIOD_SECONDS
    _last_heartbeat = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            delay = super().tick(*args, **kwargs)
        except BrokerAway:
            # Celery's own beat would stop after a hundred attempts. No heartbeat meanwhile: nothing is being run.
            logger.warning("broker_away")
            return PERIOD_SECONDS / 4
        if time.monotonic() - self._last_heartbeat >= PERIOD_SECONDS - 1:
            self._last_heartbeat = time.monotonic()
            record_heartbeat_or_log(Process.BEAT)
        return delay

    def _ensure_connected(self):  # type: ignore[no-untyped-def]  # a hook of celery's, untyped there
        return self.connection.ensure_connection(max_retries=1)
