from django.urls import path

from call_buttons import views

app_name = "call_buttons"
urlpatterns = [
    path("", views.QueueView.as_view(), name="queue"),
    path("en-cours/", views.InForceView.as_view(), name="in_force"),
    path("dossier/<reference:reference>/", views.case_panel, name="case_panel"),
    path("dossier/<reference:reference>/demander/<uuid:evaluation>/", views.new_request, name="new_request"),
    path("demandes/<uuid:request_id>/", views.request_page, name="request"),
    path("demandes/<uuid:request_id>/avis/", views.advise, name="advise"),
    path("demandes/<uuid:request_id>/accorder/", views.grant, name="grant"),
    path("demandes/<uuid:request_id>/accorder/apercu.pdf", views.grant_preview, name="grant_preview"),
    path("demandes/<uuid:request_id>/refuser/", views.refuse, name="refuse"),
    path("demandes/<uuid:request_id>/refuser/apercu.pdf", views.refusal_preview, name="refusal_preview"),
    path("decisions/<uuid:decision>/document.pdf", views.document, name="document"),
]
