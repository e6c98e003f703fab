from django.urls import path

from officials.views import OfficialDetailView, OfficialSearchView

app_name = "officials"
urlpatterns = [
    path("", OfficialSearchView.as_view(), name="search"),
    path("<uuid:pk>/", OfficialDetailView.as_view(), name="detail"),
]
