"""« Alarme élu »: the 17, the counter, the person's own page."""

from django.urls import path

from alarm_registry.views import centres, extracts, looking
from alarm_registry.views.api import api_patterns

app_name = "alarm_registry"

urlpatterns = [
    path("17/", looking.search, name="search"),
    path("17/nom/", looking.search_name, name="search_name"),
    path("17/fiche/", looking.choose, name="choose"),
    path("17/appel-traite/", looking.handled, name="handled"),
    path("17/centres/", centres.tokens, name="tokens"),
    path("17/centres/<uuid:token>/revoquer/", centres.revoke, name="revoke_token"),
    path("17/centres/extraits/", centres.extract_settings, name="extract_settings"),
    path("17/centres/extraits/<uuid:setting>/fermer/", centres.close_extract, name="close_extract"),
    path("17/extrait/", extracts.mine, name="extracts"),
    path("17/extrait/<uuid:setting>/phrase/", extracts.passphrase, name="extract_passphrase"),
    path("17/extrait/<uuid:extract>/telecharger/", extracts.download, name="download_extract"),
    path("17/extrait/ouvrir/<slug:tool>/", extracts.opener, name="extract_opener"),
    *api_patterns(),
]
