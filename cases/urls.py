from django.urls import path, register_converter

from cases import views
from cases.converters import ReferenceConverter
from cases.views import measures

register_converter(ReferenceConverter, "reference")

app_name = "cases"
urlpatterns = [
    path("", views.CaseListView.as_view(), name="list"),
    path("nouveau/", views.OfficialSearchView.as_view(), name="new"),
    path("nouveau/<uuid:official>/", views.new_case, name="new_for"),
    path("<reference:reference>/", views.case_detail, name="detail"),
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
    path("<reference:reference>/clore/", views.close, name="close"),
    path("<reference:reference>/rouvrir/", views.reopen, name="reopen"),
]
