from django.apps import AppConfig


class BarometerConfig(AppConfig):
    name = "barometer"
    verbose_name = "baromètre"

    def ready(self) -> None:
        from barometer import receivers  # noqa: F401  # connects them
