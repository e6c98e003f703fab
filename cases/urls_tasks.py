from django.urls import path

from cases.views import tasks as views

app_name = "tasks"
urlpatterns = [
    path("", views.MyTasksView.as_view(), name="list"),
    path("<uuid:task>/", views.task_page, name="detail"),
    path("<uuid:task>/fait/", views.done, name="done"),
    path("<uuid:task>/confier/", views.assign, name="assign"),
]
