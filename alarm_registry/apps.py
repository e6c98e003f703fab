from django.apps import AppConfig


class AlarmRegistryConfig(AppConfig):
    name = "alarm_registry"
    verbose_name = "Alarme élu"
