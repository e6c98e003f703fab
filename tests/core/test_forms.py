"""The form base: errors beside their field and on top, nothing typed lost, two people on one form."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.utils.http import urlencode

from core.forms import HintedLabel, OptimisticLockForm, PortalForm, value_words


class Sample(PortalForm):
    day = forms.DateField(label="Date", help_text="Jour du fait.")
    hour = forms.TimeField(label="Heure", required=False)
    known = forms.ChoiceField(
        label="Auteur connu",
        help_text="« Ne sait pas » ne vaut pas « non ».",
        choices=[("yes", "Oui"), ("no", HintedLabel("Non", "Personne ne l'a vu."))],
        widget=forms.RadioSelect,
    )
    means = forms.MultipleChoiceField(
        label="Moyens", choices=[("dog", "Chien")], widget=forms.CheckboxSelectMultiple, required=False
    )
    place = forms.CharField(label="Lieu", max_length=10)

    def clean(self):
        if self.cleaned_data.get("place") == "nulle part":
            raise forms.ValidationError("Ce lieu n'existe pas.")


def render(form: forms.Form, **context) -> str:
    return Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form, **context}))


def test_the_summary_links_to_the_id_of_each_field_at_fault():
    page = render(Sample({}))
    for anchor in ("id_day", "id_known_0", "id_place"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page
    assert "3 erreurs à corriger" in page
    assert 'role="alert"' in page


def test_an_error_of_the_whole_form_is_in_the_summary_once():
    page = render(Sample({"day": "2026-05-16", "known": "yes", "place": "nulle part"}))
    assert page.count("Ce lieu n&#x27;existe pas.") == 1
    assert "Une erreur à corriger" in page


def test_hint_and_error_both_describe_a_field_at_fault():
    page = render(Sample({}))
    assert 'aria-describedby="id_day_helptext id_day_error"' in page
    assert 'id="id_day_helptext"' in page
    assert 'id="id_day_error"' in page


def test_a_group_of_radios_is_a_fieldset_described_by_hint_and_error():
    page = render(Sample({}))
    assert 'aria-labelledby="id_known-legend" aria-describedby="id_known_helptext id_known_error"' in page
    assert "Personne ne l&#x27;a vu." in page


def test_checkboxes_are_checkboxes():
    assert '<div class="fr-checkbox-group"><input type="checkbox" name="means"' in render(Sample()).replace("\n", "")


def test_a_field_without_fault_has_no_error_mark():
    page = render(Sample({"day": "2026-05-16", "known": "yes"}))
    assert "id_day_error" not in page
    assert 'aria-invalid="true"' in page  # the place is missing


def test_dates_and_hours_use_native_pickers_with_their_value():
    page = render(Sample(initial={"day": date(2026, 5, 16)}))
    assert '<input type="date" name="day" value="2026-05-16"' in page
    assert '<input type="time" name="hour"' in page


@pytest.mark.parametrize("typed", ["30/02/2026", "2026-02-30", "hier"])
def test_a_date_that_does_not_exist_is_shown_again_as_typed(typed):
    page = render(Sample({"day": typed}))
    assert f'<input type="text" name="day" value="{typed}"' in page
    assert "Saisissez une date qui existe, par exemple 16/05/2026." in page


def test_a_date_typed_the_french_way_is_read():
    form = Sample({"day": "16/05/2026", "known": "yes", "place": "mairie"})
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2026, 5, 16)


def test_a_forged_choice_is_refused_without_being_repeated():
    form = Sample({"day": "2026-05-16", "known": "<peut-être>", "place": "mairie"})
    assert form.errors["known"] == ["Choisissez une réponse dans la liste."]


def test_optional_fields_are_marked_and_required_ones_are_not():
    page = render(Sample())
    assert "Heure (facultatif)" in page
    assert "Lieu (facultatif)" not in page


def test_the_browser_neither_validates_nor_remembers():
    page = render(Sample())
    assert "<form novalidate" in page
    assert 'name="place" maxlength="10" class="fr-input" autocomplete="off"' in page


def test_a_form_that_says_better_keeps_its_own_sentence():
    class Own(PortalForm):
        email = forms.EmailField(error_messages={"required": "Saisissez votre adresse."})

    assert Own({}).errors["email"] == ["Saisissez votre adresse."]


def test_the_posted_form_carries_its_token_and_a_search_does_not():
    class Search(PortalForm):
        method = "get"
        q = forms.CharField()

    assert 'name="csrfmiddlewaretoken"' in render(Sample(), csrf_token="jeton")
    assert 'name="csrfmiddlewaretoken"' not in render(Search(), csrf_token="jeton")


class Locked(OptimisticLockForm):
    place = forms.CharField(label="Lieu")
    day = forms.DateField(label="Date")
    known = forms.ChoiceField(label="Auteur", choices=[("yes", "connu"), ("no", "inconnu")])


def conflict() -> Locked:
    form = Locked({"version": "3", "place": "<mairie>", "day": "2026-05-16", "known": "no"})
    assert form.is_valid()
    form.show_conflict(
        who="Camille Exemple",
        at=datetime(2026, 5, 16, 8, 5, tzinfo=UTC),
        version=4,
        stored={"place": "parking", "day": date(2026, 5, 16), "known": "yes"},
    )
    return form


def test_what_only_the_other_changed_is_taken_and_what_both_changed_waits_for_the_person():
    opened = Locked(initial={"version": 3, "place": "mairie", "day": date(2026, 5, 15), "known": "no"})
    base = opened["base"].value()
    assert "mairie" not in base
    typed = {"version": "3", "base": base, "place": "parking", "day": "2026-05-15", "known": "no"}
    form = Locked(QueryDict(urlencode(typed)))
    assert form.is_valid()
    stored = {"place": "école", "day": date(2026, 5, 16), "known": "yes"}
    form.show_conflict(who="Camille", at=datetime(2026, 5, 16, tzinfo=UTC), version=4, stored=stored)
    assert [(line.stored, line.typed) for line in form.conflict.differences] == [("école", "parking")]
    assert {line.label for line in form.conflict.adopted} == {"Date", "Auteur"}
    again = Locked(form.data)
    assert again.is_valid()
    assert again.cleaned_data | {"base": ""} == {
        "version": 4, "base": "", "place": "parking", "day": date(2026, 5, 16), "known": "yes"
    }  # fmt: skip


def test_a_box_that_the_other_ticked_is_taken_ticked():
    class Boxed(OptimisticLockForm):
        silent = forms.BooleanField(label="Ne pas rappeler", required=False)

    base = Boxed(initial={"version": 3, "silent": False})["base"].value()
    form = Boxed(QueryDict(urlencode({"version": "3", "base": base})))
    assert form.is_valid()
    form.show_conflict(who="Camille", at=datetime(2026, 5, 16, tzinfo=UTC), version=4, stored={"silent": True})
    again = Boxed(form.data)
    assert again.is_valid()
    assert again.cleaned_data["silent"] is True


def test_a_base_that_was_tampered_with_gives_no_value_away():
    for base in ("{", "[]", '{"place": "x"}', ""):
        form = Locked({"version": "3", "base": base, "place": "parking", "day": "2026-05-15", "known": "no"})
        assert form.is_valid()
        form.show_conflict(who="C", at=datetime(2026, 5, 16, tzinfo=UTC), version=4, stored={"place": "école"})
        assert form.data["place"] == "parking"


def test_a_conflict_names_who_and_when_and_both_values_of_what_differs():
    page = render(conflict())
    assert "Camille Exemple a modifié ce dossier le 16/05/2026 à 10\u00a0h\u00a005" in page
    lines = [(line.label, line.stored, line.typed) for line in conflict().conflict.differences]
    assert lines == [("Lieu", "parking", "<mairie>"), ("Auteur", "connu", "inconnu")]
    assert "<mairie>" not in page


def test_after_a_conflict_what_was_typed_stays_and_the_next_save_is_against_the_new_version():
    page = render(conflict())
    assert 'name="version" value="4"' in page
    assert 'value="&lt;mairie&gt;"' in page
    assert '<option value="no" selected>' in page


def test_a_version_that_is_not_a_number_is_an_error_people_can_read():
    form = Locked({"version": "x", "place": "a", "day": "2026-05-16", "known": "no"})
    assert not form.is_valid()
    assert "Une erreur à corriger" in render(form)


def test_values_are_compared_in_words():
    field = forms.CharField()
    assert value_words(field, None) == "non renseigné"
    assert value_words(field, True) == "oui"
    many = forms.MultipleChoiceField(choices=[("a", "arme"), ("b", "chien")])
    assert value_words(many, ["a", "b"]) == "arme, chien"
    assert value_words(many, []) == "non renseigné"
