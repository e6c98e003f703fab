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
    path("boutons-appel/decisions/<uuid:decision>/document.pdf", views.document, name="document"),
    path("boutons-appel/appareils/", views.devices, name="devices"),
    path("boutons-appel/appareils/ajouter/", views.new_device, name="new_device"),
    path("boutons-appel/appareils/recensement/", views.device_census, name="device_census"),
    path("boutons-appel/appareils/<uuid:device>/", views.device, name="device"),
    path("boutons-appel/appareils/<uuid:device>/etat/", views.declare, name="declare_device"),
    path("boutons-appel/appareils/<uuid:device>/appairage/", views.pair, name="pair_device"),
    path("boutons-appel/appareils/<uuid:device>/preter/", views.lend, name="lend_device"),
    path("boutons-appel/prets/<uuid:loan>/", views.loan_step, name="loan_step"),
    path("boutons-appel/demandes/<uuid:request_id>/remise/", views.hand_over, name="hand_over"),
    path("boutons-appel/remises/<uuid:handover>/", views.handover, name="handover"),
    path("boutons-appel/remises/<uuid:handover>/recu.pdf", views.receipt, name="receipt"),
    path("boutons-appel/remises/<uuid:handover>/signature/", views.sign, name="sign_receipt"),
    path("boutons-appel/remises/<uuid:handover>/essai/", views.test_call, name="test_call"),
    path("boutons-appel/remises/<uuid:handover>/declenchement/", views.activation, name="activation"),
    path(
        "boutons-appel/remises/<uuid:handover>/declenchement/<uuid:activation>/",
        views.settle_activation,
        name="settle_activation",
    ),
    path("boutons-appel/remises/<uuid:handover>/destinataires/", views.contacts, name="contacts"),
    path("boutons-appel/remises/<uuid:handover>/retour/", views.take_back, name="take_back"),
    path("boutons-appel/remises/<uuid:handover>/perte/", views.lose, name="lose_device"),
]
