"""« Alarme élu »: the 17, the counter, the person's own page."""

from django.urls import path

from alarm_registry.views import looking, supervision

app_name = "alarm_registry"

urlpatterns = [
    path("17/", looking.search, name="search"),
    path("17/nom/", looking.search_name, name="search_name"),
    path("17/fiche/", looking.choose, name="choose"),
    path("17/appel-traite/", looking.handled, name="handled"),
    path("17/supervision/", supervision.supervision, name="supervision"),
    path("17/supervision/alertes/<uuid:alert>/", supervision.alert, name="alert"),
    path("17/supervision/consultations/<uuid:sample>/", supervision.sample, name="sample"),
    path("17/limites/", supervision.limits, name="limits"),
]
