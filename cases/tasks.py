from datetime import timedelta

from cases.services import send_due_digests
from core.jobs import scheduled_job
from core.wording import plural_words


@scheduled_job(name="daily_digest", label="Résumé quotidien par courriel", every=timedelta(minutes=10))
def digest() -> str:
    return f"{plural_words(send_due_digests(), 'résumé préparé', 'résumés préparés')}."
