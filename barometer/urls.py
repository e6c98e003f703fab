from django.urls import path, register_converter

from barometer import views
from barometer.converters import MonthConverter

register_converter(MonthConverter, "month")

app_name = "barometer"
urlpatterns = [
    path("", views.MonthsView.as_view(), name="months"),
    path("<month:month>/", views.MonthView.as_view(), name="month"),
    path("<month:month>/chiffres.csv", views.month_csv, name="month_csv"),
]
