"""What a merge of files means for « Alarme élu »."""

from __future__ import annotations

from alarm_registry.models import HandledCall
from cases.services import stays

# A call was noted under the reference that was open then; its task and its event follow the survivor by themselves.
stays(HandledCall)
