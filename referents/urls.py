from django.urls import path

from referents.views import FindReferentView, OrphanCommunesView

app_name = "referents"
urlpatterns = [
    path("", FindReferentView.as_view(), name="find"),
    path("communes-sans-unite/", OrphanCommunesView.as_view(), name="orphans"),
    path("communes-sans-unite/<slug:code>/", OrphanCommunesView.as_view(), name="orphans_of"),
]
