from django.urls import path, register_converter

from cases import views
from cases.converters import ReferenceConverter

register_converter(ReferenceConverter, "reference")

app_name = "cases"
urlpatterns = [
    path("", views.CaseListView.as_view(), name="list"),
    path("nouveau/", views.OfficialSearchView.as_view(), name="new"),
    path("nouveau/<uuid:official>/", views.new_case, name="new_for"),
    path("brouillons/<uuid:draft>/abandonner/", views.abandon, name="draft_abandon"),
    path("brouillons/<uuid:draft>/<slug:step>/", views.draft_step, name="draft_step"),
    path("<reference:reference>/", views.case_detail, name="detail"),
    path("<reference:reference>/menaces/nouvelle/", views.add_threat, name="add_threat"),
    path("<reference:reference>/menaces/<uuid:threat>/corriger/", views.correct, name="correct_threat"),
    path("<reference:reference>/menaces/<uuid:threat>/reevaluer/", views.reevaluate, name="reevaluate"),
    path("<reference:reference>/evaluations/<uuid:evaluation>/", views.evaluation_page, name="evaluation"),
    path("<reference:reference>/evaluations/<uuid:evaluation>/valider/", views.validate, name="validate"),
    path("<reference:reference>/evaluations/<uuid:evaluation>/renvoyer/", views.send_back, name="return"),
    path("<reference:reference>/personnes/", views.household, name="household"),
    path("<reference:reference>/personnes/nouvelle/", views.add_person, name="add_person"),
    path("<reference:reference>/personnes/<uuid:person>/", views.edit_person, name="edit_person"),
    path("<reference:reference>/personnes/<uuid:person>/code/", views.activation_code, name="activation_code"),
    path("<reference:reference>/clore/", views.close, name="close"),
    path("<reference:reference>/rouvrir/", views.reopen, name="reopen"),
]
