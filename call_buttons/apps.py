from django.apps import AppConfig


class CallButtonsConfig(AppConfig):
    name = "call_buttons"
    verbose_name = "boutons d'appel"

    def ready(self) -> None:
        from call_buttons import receivers  # noqa: F401  # connects them
