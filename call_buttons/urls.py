from django.urls import path

from call_buttons import views

app_name = "call_buttons"
urlpatterns = [
    # What messages link to: the address itself says nothing.
    path("a-lire/<uuid:request_id>/", views.open_from_message, name="open"),
    path("boutons-appel/", views.QueueView.as_view(), name="queue"),
    path("boutons-appel/en-cours/", views.InForceView.as_view(), name="in_force"),
    path("boutons-appel/semaine/", views.WeekView.as_view(), name="week"),
    path("boutons-appel/calendrier/", views.CalendarView.as_view(), name="calendar"),
    path("boutons-appel/mon-agenda/", views.my_agenda, name="my_agenda"),
    path("boutons-appel/mon-agenda/creer/", views.create_my_agenda, name="create_agenda"),
    path("boutons-appel/mon-agenda/revoquer/", views.revoke_my_agenda, name="revoke_agenda"),
    # Asked by diaries, which cannot sign in. Its token is kept out of the logs (core.logs).
    path("boutons-appel/agenda/<str:token>.ics", views.agenda_feed, name="agenda_feed"),
    path("boutons-appel/jours-de-fermeture/", views.closed_days, name="closed_days"),
    path("boutons-appel/jours-de-fermeture/<uuid:closed>/retirer/", views.remove_closed, name="remove_closed"),
    path("boutons-appel/dossier/<reference:reference>/", views.case_panel, name="case_panel"),
    path(
        "boutons-appel/dossier/<reference:reference>/demander/<uuid:evaluation>/", views.new_request, name="new_request"
    ),
    path("boutons-appel/demandes/<uuid:request_id>/", views.request_page, name="request"),
    path("boutons-appel/demandes/<uuid:request_id>/avis/", views.advise, name="advise"),
    path("boutons-appel/demandes/<uuid:request_id>/rappel-lu/", views.acknowledge, name="acknowledge"),
    path("boutons-appel/demandes/<uuid:request_id>/retirer/", views.withdraw, name="withdraw"),
    path("boutons-appel/demandes/<uuid:request_id>/fin/", views.prepare_end, name="prepare_end"),
    path("boutons-appel/demandes/<uuid:request_id>/fin/prendre-acte/", views.take_note, name="take_note"),
    path("boutons-appel/demandes/<uuid:request_id>/accorder/", views.grant, name="grant"),
    path("boutons-appel/demandes/<uuid:request_id>/accorder/apercu.pdf", views.grant_preview, name="grant_preview"),
    path("boutons-appel/demandes/<uuid:request_id>/refuser/", views.refuse, name="refuse"),
    path("boutons-appel/demandes/<uuid:request_id>/refuser/apercu.pdf", views.refusal_preview, name="refusal_preview"),
    path("boutons-appel/decisions/<uuid:decision>/document.pdf", views.document, name="document"),
]
