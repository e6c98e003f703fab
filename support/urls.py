"""Someone to talk to: slips without a name, referrals with consent, the desk of those who help."""

from django.urls import path

from support.views import associations, directory, hours, space

app_name = "support"

DESK_PATTERNS = [
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

urlpatterns = [*DESK_PATTERNS]
