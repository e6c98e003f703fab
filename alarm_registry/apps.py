from django.apps import AppConfig


class AlarmRegistryConfig(AppConfig):
    name = "alarm_registry"
    verbose_name = "Alarme élu"

    def ready(self) -> None:
        from alarm_registry import receivers  # noqa: F401  # declares them
        from alarm_registry.services import rotate_index_keys
        from core.rotation import rotations

        rotations.append(rotate_index_keys)
