"""« Alarme élu »: the 17, the counter, the person's own page."""

from django.urls import path

from alarm_registry.views import looking

app_name = "alarm_registry"

urlpatterns = [
    path("17/", looking.search, name="search"),
    path("17/nom/", looking.search_name, name="search_name"),
    path("17/fiche/", looking.choose, name="choose"),
    path("17/appel-traite/", looking.handled, name="handled"),
]
