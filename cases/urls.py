from django.urls import path, register_converter

from cases import views
from cases.converters import ReferenceConverter
from cases.views import doubles

register_converter(ReferenceConverter, "reference")

app_name = "cases"
urlpatterns = [
    path("", views.CaseListView.as_view(), name="list"),
    path("nouveau/", views.OfficialSearchView.as_view(), name="new"),
    path("nouveau/<uuid:official>/", views.new_case, name="new_for"),
    path("acces-restreint/", views.find_restricted, name="find_restricted"),
    path("acces-urgence/", views.EmergencyAccessView.as_view(), name="emergency_accesses"),
    path("acces-urgence/<uuid:access_id>/controler/", views.review, name="review_access"),
    path("brouillons/<uuid:draft>/abandonner/", views.abandon, name="draft_abandon"),
    path("brouillons/<uuid:draft>/<slug:step>/", views.draft_step, name="draft_step"),
    path("doublons/", doubles.HintListView.as_view(), name="hints"),
    path("doublons/<uuid:hint>/", doubles.hint, name="hint"),
    path("doublons/<uuid:hint>/ecarter/", doubles.dismiss, name="dismiss_hint"),
    path("contacts/<uuid:contact>/", doubles.contact, name="contact"),
    path("numeros-partages/", doubles.shared_identifiers, name="shared_identifiers"),
    path("numeros-partages/retirer/", doubles.unshare, name="unshare"),
    path("import/", doubles.import_page, name="import_facts"),
    path("import/exemple.csv", doubles.example, name="import_example"),
    path("import/<uuid:fact_import>/", doubles.fact_import, name="fact_import"),
    path("<reference:reference>/", views.case_detail, name="detail"),
    path("<reference:reference>/liens/", doubles.links, name="links"),
    path("<reference:reference>/lier/", doubles.link, name="link"),
    path("<reference:reference>/liens/<uuid:link>/retirer/", doubles.unlink, name="unlink"),
    path("<reference:reference>/fusionner/", doubles.merge_choose, name="merge_choose"),
    path("<reference:reference>/fusionner/<reference:other>/", doubles.merge, name="merge"),
    path("<reference:reference>/annuler-la-fusion/", doubles.undo, name="undo_merge"),
    path("<reference:reference>/contact/<uuid:identifier>/", doubles.ask, name="ask_contact"),
    path("<reference:reference>/contact/<uuid:contact>/retirer/", doubles.withdraw, name="withdraw_contact"),
    path("<reference:reference>/menaces/nouvelle/", views.add_threat, name="add_threat"),
    path("<reference:reference>/menaces/<uuid:threat>/corriger/", views.correct, name="correct_threat"),
    path("<reference:reference>/menaces/<uuid:threat>/reevaluer/", views.reevaluate, name="reevaluate"),
    path("<reference:reference>/evaluations/<uuid:evaluation>/", views.evaluation_page, name="evaluation"),
    path("<reference:reference>/evaluations/<uuid:evaluation>/valider/", views.validate, name="validate"),
    path("<reference:reference>/evaluations/<uuid:evaluation>/renvoyer/", views.send_back, name="return"),
    path("<reference:reference>/motif/", views.consultation_reason, name="consultation_reason"),
    path("<reference:reference>/acces-urgence/", views.open_by_glass, name="break_glass"),
    path("<reference:reference>/acces/", views.access_page, name="access"),
    path("<reference:reference>/acces/restreindre/", views.restrict, name="restrict"),
    path("<reference:reference>/acces/lever/", views.lift, name="lift_restriction"),
    path("<reference:reference>/acces/ajouter/", views.add_access, name="add_access"),
    path("<reference:reference>/acces/<uuid:access_id>/retirer/", views.remove_access, name="remove_access"),
    path("<reference:reference>/acces/concerne/", views.declare, name="declare_party"),
    path("<reference:reference>/acces/concerne/<uuid:party>/lever/", views.end_declaration, name="end_party"),
    path("<reference:reference>/personnes/", views.household, name="household"),
    path("<reference:reference>/personnes/nouvelle/", views.add_person, name="add_person"),
    path("<reference:reference>/personnes/<uuid:person>/", views.edit_person, name="edit_person"),
    path("<reference:reference>/personnes/<uuid:person>/code/", views.activation_code, name="activation_code"),
    path("<reference:reference>/clore/", views.close, name="close"),
    path("<reference:reference>/rouvrir/", views.reopen, name="reopen"),
]
