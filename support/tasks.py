from __future__ import annotations

from datetime import timedelta

from core.jobs import scheduled_job
from support.services.slips import shuffle_slips


@scheduled_job(name="support_slips", label="Demandes sans nom arrivées à leur terme", every=timedelta(hours=1))
def shuffle() -> str:
    shuffle_slips()
    # No number: it would say when somebody left.
    return "Demandes réécrites dans le désordre, sans celles qui sont arrivées à leur terme."
