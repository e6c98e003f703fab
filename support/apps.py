from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = "soutien"

    def ready(self) -> None:
        from support import receivers  # noqa: F401  # declares them
