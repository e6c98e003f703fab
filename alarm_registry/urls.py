"""« Alarme élu »: the 17, the counter, the person's own page."""

from django.urls import path

from alarm_registry.views import absences, centres, extracts, looking, own, registration, registrations, supervision
from alarm_registry.views.api import api_patterns

app_name = "alarm_registry"

urlpatterns = [
    path("17/", looking.search, name="search"),
    path("17/nom/", looking.search_name, name="search_name"),
    path("17/fiche/", looking.choose, name="choose"),
    path("17/appel-traite/", looking.handled, name="handled"),
    path("alarme-elu/", registrations.registrations, name="registrations"),
    path("alarme-elu/nouvelle/", registrations.new, name="new"),
    path("alarme-elu/nouvelle/<uuid:official>/", registrations.register, name="register"),
    path("alarme-elu/<uuid:registration>/", registration.registration, name="registration"),
    path("alarme-elu/<uuid:registration>/recu/", registration.receipt, name="receipt"),
    path("alarme-elu/<uuid:registration>/modifier/", registration.change, name="change"),
    path("alarme-elu/<uuid:registration>/confirmer/", registration.confirm, name="confirm"),
    path("alarme-elu/<uuid:registration>/garder/", registration.keep, name="keep"),
    path("alarme-elu/<uuid:registration>/retirer/", registration.withdraw, name="withdraw"),
    path("alarme-elu/<uuid:registration>/corrections/<uuid:correction>/", registration.answer, name="answer"),
    path("alarme-elu/<uuid:registration>/absences/nouvelle/", absences.declare_at_counter, name="declare"),
    path("alarme-elu/<uuid:registration>/absences/<uuid:absence>/annuler/", absences.cancel_at_counter, name="cancel"),
    path("mon-alarme/", own.mine, name="mine"),
    path("mon-alarme/corriger/", own.ask, name="ask"),
    path("mon-alarme/confirmer/", own.confirm_mine, name="confirm_mine"),
    path("mon-alarme/garder/", own.keep_mine, name="keep_mine"),
    path("mon-alarme/retirer/", own.withdraw_mine, name="withdraw_mine"),
    path("mon-alarme/absences/nouvelle/", absences.declare_mine, name="declare_mine"),
    path("mon-alarme/absences/<uuid:absence>/annuler/", absences.cancel_mine, name="cancel_mine"),
    path("17/supervision/", supervision.supervision, name="supervision"),
    path("17/supervision/alertes/<uuid:alert>/", supervision.alert, name="alert"),
    path("17/supervision/consultations/<uuid:sample>/", supervision.sample, name="sample"),
    path("17/limites/", supervision.limits, name="limits"),
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
