"""Someone to talk to: slips without a name, referrals with consent, the desk of those who help."""

from django.urls import URLPattern, path

from support.views import appointments, case_referrals, desk_referrals, own_referrals

app_name = "support"

REFERRALS = "soutien/orientations/"
ONE = f"{REFERRALS}<uuid:referral>/"

urlpatterns: list[URLPattern] = [
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
]
