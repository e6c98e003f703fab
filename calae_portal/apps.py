from django.apps import AppConfig


class CalaePortalConfig(AppConfig):
    name = "calae_portal"
    verbose_name = "portail"
