"""The site map. Addresses are French; references and opaque ids only."""

from django.urls import include, path

from calae_portal import errors
from calae_portal.consultations import consultations
from calae_portal.gallery import gallery
from calae_portal.health import alive, health
from calae_portal.home import home
from calae_portal.household import activate, my_space
from calae_portal.pages import accessibility, legal_notice
from calae_portal.situation import my_situation

urlpatterns = [
    path("", home, name="home"),
    path("ma-situation/", my_situation, name="situation"),
    path("ma-situation/consultations/", consultations, name="consultations"),
    path("mon-espace/", my_space, name="own_space"),
    path("activer-mon-acces/", activate, name="activate"),
    path("", include("accounts.urls")),
    path("dossiers/", include("cases.urls")),
    path("taches/", include("cases.urls_tasks")),
    path("", include("cases.vigilance_urls")),
    path("", include("call_buttons.urls")),
    path("", include("alarm_registry.urls")),
    path("", include("support.urls")),
    path("barometre/", include("barometer.urls")),
    path("elus/", include("officials.urls")),
    path("referents/", include("referents.urls")),
    path("", include("calae_portal.operations.urls")),
    path("composants/", gallery, name="gallery"),
    path("sante/", health, name="health"),
    path("sante/processus/", alive, name="alive"),
    path("accessibilite/", accessibility, name="accessibility"),
    path("mentions-legales/", legal_notice, name="legal_notice"),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
