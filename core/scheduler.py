"""Celery's beat, with a heartbeat and without a state file: it only ticks, `core.jobs` knows what is due."""

from __future__ import annotations

from typing import Any

import structlog
from celery.beat import Scheduler
from kombu.exceptions import OperationalError as BrokerAway

from core.enums import Process
from core.heartbeat import PERIOD_SECONDS, record_heartbeat_or_log

logger = structlog.get_logger(__name__)


class HeartbeatScheduler(Scheduler):
    """Gives a sign of life when the queue took a tick: a beat that speaks to nobody is a silent one."""

    max_interval = PERIOD_SECONDS

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            return super().tick(*args, **kwargs)
        except BrokerAway:
            # Celery's own beat would stop after a hundred attempts. The entry that was about to leave has already
            # been taken off the heap: without a new one, this beat would never tick again.
            self._heap = None
            logger.warning("broker_away")
            return PERIOD_SECONDS / 4

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        sent = super().apply_async(*args, **kwargs)
        record_heartbeat_or_log(Process.BEAT)
        return sent

    def _ensure_connected(self):  # type: ignore[no-untyped-def]  # a hook of celery's, untyped there
        return self.connection.ensure_connection(max_retries=1)
