"""Addresses of those who receive an instruction without seeing its file, and of those who check every file."""

from django.urls import path

from cases.views import vigilance

app_name = "vigilance"
urlpatterns = [
    path("vigilance/", vigilance.instructions, name="list"),
    path("vigilance/<uuid:row>/recevoir/", vigilance.acknowledge, name="acknowledge"),
    path("vigilance/<uuid:row>/passage/", vigilance.passage, name="passage"),
    path("vigilance/passages/<uuid:passage>/", vigilance.passage_note, name="passage_note"),
    path("controle-de-nuit/", vigilance.night_check_page, name="night_check"),
]
