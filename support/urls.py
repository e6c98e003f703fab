"""Someone to talk to: slips without a name, referrals with consent, the desk of those who help."""

from django.urls import URLPattern

app_name = "support"

urlpatterns: list[URLPattern] = []
