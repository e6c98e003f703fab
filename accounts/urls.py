from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.SignInView.as_view(), name="sign_in"),
    path("deconnexion/", views.sign_out, name="sign_out"),
    path("habilitations/", views.MyPostingsView.as_view(), name="postings"),
    path("mot-de-passe/", views.ChangePasswordView.as_view(), name="password_change"),
    path("notifications/", views.NotificationsView.as_view(), name="notifications"),
    path("notifications/ouvrir/", views.open_notification, name="open_notification"),
    path("notifications/tout-lire/", views.read_everything, name="read_notifications"),
    path("notifications/resume/", views.digest_choice, name="digest_choice"),
]
