from datetime import timedelta

from alarm_registry.services import ExtractsIncomplete, erase_expired_extracts, make_due_extracts
from core.jobs import JobFailed, scheduled_job
from core.wording import plural_words


@scheduled_job(name="alarm_extracts", label="Extraits de secours du 17", every=timedelta(minutes=2))
def extracts() -> str:
    # What has expired first: it never waits for what is long to make.
    erased = plural_words(erase_expired_extracts(), "extrait effacé", "extraits effacés")
    try:
        made = make_due_extracts()
    except ExtractsIncomplete as error:
        raise JobFailed(
            f"{error.made} extrait(s) fait(s). Impossible pour {error.failed} centre(s) : voir le journal technique."
        ) from error
    return f"{plural_words(made, 'extrait fait', 'extraits faits')}, {erased}."
