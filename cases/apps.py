from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "dossiers"

    def ready(self) -> None:
        from cases import receivers  # noqa: F401  # connects them, and adds the rule of the gate
