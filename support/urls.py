"""Someone to talk to: slips without a name, referrals with consent, the desk of those who help."""

from django.urls import path

from support.views import guichet, public

app_name = "support"

urlpatterns = [
    # Keep nothing of who asks (core.no_trace). A code is never in an address.
    path("soutien/", public.talk, name="talk"),
    path("soutien/demande/", public.new_slip, name="new_slip"),
    path("soutien/ma-demande/", public.my_slip, name="my_slip"),
    path("soutien/guichet/", guichet.desk, name="desk"),
    path("soutien/guichet/creer/", guichet.create, name="desk_create"),
    path("soutien/guichet/remplacer/", guichet.replace, name="desk_replace"),
    path("soutien/guichet/entrer/", guichet.join, name="desk_join"),
    path("soutien/guichet/ouvrir/", guichet.open_, name="desk_open"),
    path("soutien/guichet/fermer/", guichet.close, name="desk_close"),
    path("soutien/guichet/collegues/", guichet.people, name="desk_people"),
    path("soutien/guichet/collegues/<uuid:seat>/<slug:what>/", guichet.seat, name="desk_seat"),
    # The key of a slip is kept out of the logs (core.logs): it would tie it to who reads it.
    path("soutien/guichet/demandes/<uuid:slip>/", guichet.slip, name="slip"),
]
