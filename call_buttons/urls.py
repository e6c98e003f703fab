from django.urls import path

from call_buttons import views

app_name = "call_buttons"
urlpatterns = [
    # What messages link to: the address itself says nothing.
    path("a-lire/<uuid:request_id>/", views.open_from_message, name="open"),
    path("boutons-appel/", views.QueueView.as_view(), name="queue"),
    path("boutons-appel/en-cours/", views.InForceView.as_view(), name="in_force"),
    path("boutons-appel/semaine/", views.WeekView.as_view(), name="week"),
    path("boutons-appel/jours-de-fermeture/", views.closed_days, name="closed_days"),
    path("boutons-appel/jours-de-fermeture/<uuid:closed>/retirer/", views.remove_closed, name="remove_closed"),
    path("boutons-appel/dossier/<reference:reference>/", views.case_panel, name="case_panel"),
    path(
        "boutons-appel/dossier/<reference:reference>/demander/<uuid:evaluation>/", views.new_request, name="new_request"
    ),
    path("boutons-appel/demandes/<uuid:request_id>/", views.request_page, name="request"),
    path("boutons-appel/demandes/<uuid:request_id>/avis/", views.advise, name="advise"),
    path("boutons-appel/demandes/<uuid:request_id>/rappel-lu/", views.acknowledge, name="acknowledge"),
    path("boutons-appel/demandes/<uuid:request_id>/accorder/", views.grant, name="grant"),
    path("boutons-appel/demandes/<uuid:request_id>/accorder/apercu.pdf", views.grant_preview, name="grant_preview"),
    path("boutons-appel/demandes/<uuid:request_id>/refuser/", views.refuse, name="refuse"),
    path("boutons-appel/demandes/<uuid:request_id>/refuser/apercu.pdf", views.refusal_preview, name="refusal_preview"),
    path("boutons-appel/demandes/<uuid:request_id>/renouveler/", views.renew, name="renew"),
    path("boutons-appel/demandes/<uuid:request_id>/evaluation/", views.update_ground, name="update_ground"),
    path("boutons-appel/protections/<uuid:grant>/<slug:what>/", views.act_on_grant, name="act"),
    path("boutons-appel/protections/<uuid:grant>/<slug:what>/apercu.pdf", views.act_preview, name="act_preview"),
    path("boutons-appel/decisions/<uuid:decision>/recours/", views.contest, name="contest"),
    path("ma-situation/bouton-appel/demander/", views.wish, name="wish"),
    path("ma-situation/bouton-appel/sms/", views.sms, name="sms"),
    path("ma-situation/bouton-appel/sms/arreter/", views.stop_sms, name="stop_sms"),
    path("boutons-appel/delegations/", views.delegations, name="delegations"),
    path("boutons-appel/delegations/<uuid:delegation>/terminer/", views.end_one, name="end_delegation"),
    path("boutons-appel/modeles/", views.templates, name="templates"),
    path("boutons-appel/modeles/<str:code>/<slug:kind>/", views.template, name="template"),
    path("boutons-appel/modeles/<str:code>/<slug:kind>/apercu.pdf", views.template_preview, name="template_preview"),
    path("boutons-appel/regles/", views.rules, name="rules"),
    path("verifier/", views.verify, name="verify"),
    path("boutons-appel/decisions/<uuid:decision>/document.pdf", views.document, name="document"),
]
