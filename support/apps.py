from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = "soutien"

    def ready(self) -> None:
        from support import receivers  # noqa: F401  # declares them
        from support.selectors import agenda, figures, referrals, sources, waiting

        agenda.SOURCES.append(referrals.meetings_of)
        waiting.QUESTIONS.extend([sources.referrals_to_answer, sources.slips_left])
        figures.SOURCES.extend([sources.slips_counted, sources.referrals_counted])
        figures.DELAY_SOURCES.extend([sources.slips_waited, sources.referrals_waited])
