from django.apps import AppConfig


class CallButtonsConfig(AppConfig):
    name = "call_buttons"
    verbose_name = "boutons d'appel"
