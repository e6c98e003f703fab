from django.urls import path, register_converter

from cases import views
from cases.converters import ReferenceConverter

register_converter(ReferenceConverter, "reference")

app_name = "cases"
urlpatterns = [
    path("", views.CaseListView.as_view(), name="list"),
    path("evaluations/suivi/", views.follow_up, name="follow_up"),
    path("evaluations/ecarts/", views.divergence_page, name="divergence"),
    path("evaluations/delais/", views.delays, name="delays"),
    path("evaluations/delais/<slug:urgency>/", views.delay_edit, name="delay_edit"),
    path("grille/", views.grids, name="grids"),
    path("grille/creer/", views.grid_create, name="grid_create"),
    path("grille/<int:number>/", views.grid, name="grid"),
    path("grille/<int:number>/apercu/", views.grid_preview, name="grid_preview"),
    path("grille/<int:number>/reglages/", views.grid_settings, name="grid_settings"),
    path("grille/<int:number>/question-nouvelle/", views.grid_add, name="grid_add"),
    path("grille/<int:number>/questions/<slug:code>/", views.grid_question, name="grid_question"),
    path("grille/<int:number>/questions/<slug:code>/retirer/", views.grid_remove, name="grid_remove"),
    path("grille/<int:number>/questions/<slug:code>/deplacer/", views.grid_move, name="grid_move"),
    path("grille/<int:number>/rejouer/", views.grid_replay, name="grid_replay"),
    path("grille/<int:number>/rejeux/<uuid:replay>/", views.grid_replay_result, name="grid_replay_result"),
    path("grille/<int:number>/publier/", views.grid_publish, name="grid_publish"),
    path("grille/<int:number>/abandonner/", views.grid_discard, name="grid_discard"),
    path("nouveau/", views.OfficialSearchView.as_view(), name="new"),
    path("nouveau/<uuid:official>/", views.new_case, name="new_for"),
    path("<reference:reference>/", views.case_detail, name="detail"),
    path("<reference:reference>/menaces/nouvelle/", views.add_threat, name="add_threat"),
    path("<reference:reference>/menaces/<uuid:threat>/corriger/", views.correct, name="correct_threat"),
    path("<reference:reference>/menaces/<uuid:threat>/evaluations/", views.series, name="series"),
    path("<reference:reference>/menaces/<uuid:threat>/reevaluer/", views.reevaluate, name="reevaluate"),
    path("<reference:reference>/evaluations/<uuid:evaluation>/", views.evaluation_page, name="evaluation"),
    path("<reference:reference>/evaluations/<uuid:evaluation>/valider/", views.validate, name="validate"),
    path("<reference:reference>/evaluations/<uuid:evaluation>/renvoyer/", views.send_back, name="return"),
    path("<reference:reference>/clore/", views.close, name="close"),
    path("<reference:reference>/rouvrir/", views.reopen, name="reopen"),
]
