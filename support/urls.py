"""Someone to talk to: slips without a name, referrals with consent, the desk of those who help."""

from django.urls import path

from support.views import (
    appointments,
    associations,
    case_referrals,
    desk_referrals,
    directory,
    guichet,
    hours,
    own_referrals,
    public,
    space,
)

app_name = "support"

REFERRALS = "soutien/orientations/"
ONE = f"{REFERRALS}<uuid:referral>/"

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
    path("soutien/dossier/<reference:reference>/", case_referrals.case_panel, name="case_panel"),
    path(f"{REFERRALS}nouvelle/<reference:reference>/", case_referrals.new_referral, name="new_referral"),
    path(f"{REFERRALS}nouvelle/<reference:reference>/<slug:person>/", case_referrals.propose, name="propose"),
    path(f"{ONE}retirer/", case_referrals.withdraw_for, name="withdraw_for"),
    path(REFERRALS, desk_referrals.referrals, name="referrals"),
    path(ONE, desk_referrals.referral, name="referral"),
    path(f"{ONE}prendre-en-charge/", desk_referrals.accept, name="accept_referral"),
    path(f"{ONE}refuser/", desk_referrals.refuse, name="refuse_referral"),
    path(f"{ONE}terminer/", desk_referrals.end, name="end_referral"),
    path(f"{ONE}confier/", desk_referrals.hand_over, name="hand_over_referral"),
    path(f"{ONE}rendez-vous/nouveau/", appointments.new_appointment, name="new_appointment"),
    path(f"{ONE}rendez-vous/<uuid:appointment>/", appointments.change_appointment, name="change_appointment"),
    path(f"{ONE}rendez-vous/<uuid:appointment>/annuler/", appointments.drop_appointment, name="drop_appointment"),
    path("mon-soutien/", own_referrals.mine, name="mine"),
    path("mon-soutien/demander/", own_referrals.ask, name="ask"),
    path("mon-soutien/<uuid:referral>/retirer/", own_referrals.withdraw_mine, name="withdraw_mine"),
    path("mon-soutien/<uuid:referral>/relier/", own_referrals.tie, name="tie"),
    path("mon-soutien/<uuid:referral>/delier/", own_referrals.untie_mine, name="untie"),
    path("soutien/associations/", directory.directory, name="directory"),
    path("soutien/associations/gestion/", associations.associations, name="associations"),
    path("soutien/associations/couverture/", directory.coverage, name="coverage"),
    path("soutien/associations/nouvelle/", associations.new, name="new_association"),
    path("soutien/associations/import/", associations.import_page, name="import"),
    path("soutien/associations/import/exemple.csv", associations.import_example, name="import_example"),
    path("soutien/associations/membres/<uuid:member>/terminer/", associations.end_person, name="end_member"),
    path("soutien/associations/<uuid:association>/", associations.association, name="association"),
    path("soutien/associations/<uuid:association>/modifier/", associations.change, name="change_association"),
    path("soutien/associations/<uuid:association>/fermer/", associations.close, name="close_association"),
    path("soutien/associations/<uuid:association>/rouvrir/", associations.reopen, name="reopen_association"),
    path("soutien/associations/<uuid:association>/membres/", associations.add_person, name="add_member"),
    path("soutien/espace/", space.space, name="space"),
    path("soutien/espace/agenda/", space.agenda, name="agenda"),
    path("soutien/espace/aide/", space.how_it_works, name="how_it_works"),
    path("soutien/espace/disponibilites/", hours.availabilities, name="availabilities"),
    path("soutien/espace/disponibilites/<uuid:availability>/retirer/", hours.remove_hours, name="remove_hours"),
    path("soutien/espace/absences/", hours.absences, name="absences"),
    path("soutien/espace/absences/<uuid:absence>/retirer/", hours.remove_one_absence, name="remove_absence"),
    path("soutien/espace/lieux/", hours.places, name="places"),
    path("soutien/espace/lieux/<uuid:place>/fermer/", hours.close_one_place, name="close_place"),
    path("soutien/espace/visio/", hours.video, name="video"),
    path("soutien/espace/remplacements/", hours.replacements, name="replacements"),
    path(
        "soutien/espace/remplacements/<uuid:replacement>/retirer/",
        hours.remove_one_replacement,
        name="remove_replacement",
    ),
    path("soutien/chiffres/", directory.state_figures, name="figures"),
]
