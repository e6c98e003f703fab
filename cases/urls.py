from django.urls import path, register_converter

from cases import views
from cases.converters import ReferenceConverter
from cases.views import doubles, measures

register_converter(ReferenceConverter, "reference")

app_name = "cases"
urlpatterns = [
    path("", views.CaseListView.as_view(), name="list"),
    path("nouveau/", views.OfficialSearchView.as_view(), name="new"),
    path("nouveau/<uuid:official>/", views.new_case, name="new_for"),
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
    path("<reference:reference>/mesures/", measures.measure_list, name="measures"),
    path("<reference:reference>/mesures/proposer/<uuid:evaluation>/", measures.propose, name="propose_measures"),
    path("<reference:reference>/mesures/<uuid:measure>/", measures.measure_page, name="measure"),
    path("<reference:reference>/mesures/<uuid:measure>/decider/", measures.decide, name="decide_measure"),
    path("<reference:reference>/mesures/<uuid:measure>/refuser/", measures.refuse, name="refuse_measure"),
    path("<reference:reference>/mesures/<uuid:measure>/commencer/", measures.start, name="start_measure"),
    path("<reference:reference>/mesures/<uuid:measure>/executer/", measures.execute, name="execute_measure"),
    path("<reference:reference>/mesures/<uuid:measure>/responsable/", measures.reassign, name="reassign_measure"),
    path("<reference:reference>/mesures/<uuid:measure>/point/", measures.review, name="review_measure"),
    path("<reference:reference>/mesures/<uuid:measure>/terminer/", measures.end, name="end_measure"),
    path("<reference:reference>/personnes/", views.household, name="household"),
    path("<reference:reference>/personnes/nouvelle/", views.add_person, name="add_person"),
    path("<reference:reference>/personnes/<uuid:person>/", views.edit_person, name="edit_person"),
    path("<reference:reference>/personnes/<uuid:person>/code/", views.activation_code, name="activation_code"),
    path("<reference:reference>/clore/", views.close, name="close"),
    path("<reference:reference>/rouvrir/", views.reopen, name="reopen"),
]
