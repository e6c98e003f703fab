"""The form base: DSFR fields, errors tied to their field, French sentences, nothing typed lost.

A form is rendered by `{% crispy form %}`: conflict, error summary, fields, button. Its template pack is `portal`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import Model, QuerySet
from django.forms.renderers import TemplatesSetting
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from core.encryption import blind_index
from core.wording import day_words, local_datetime_words

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

CHOOSE = "Choisissez dans la liste"
FRENCH_ERRORS = {
    "required": "Ce champ est obligatoire.",
    "invalid_choice": "Choisissez une réponse dans la liste.",
    "invalid_date": "Saisissez une date qui existe, par exemple 16/05/2026.",
    "invalid_time": "Saisissez une heure sur 24 h, par exemple 21:40.",
    "invalid_datetime": "Saisissez une date et une heure qui existent, par exemple 16/05/2026 21:40.",
}
# Native pickers send ISO; a person whose browser has none types the French way.
NATIVE_INPUTS: tuple[tuple[type[forms.Field], str, str, tuple[str, ...]], ...] = (
    (
        forms.DateTimeField,
        "datetime-local",
        "%Y-%m-%dT%H:%M",
        ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"),
    ),
    (forms.DateField, "date", "%Y-%m-%d", ("%Y-%m-%d", "%d/%m/%Y")),
    (forms.TimeField, "time", "%H:%M", ("%H:%M", "%H:%M:%S")),
)
NATIVE_PARSERS = {"datetime-local": parse_datetime, "date": parse_date, "time": parse_time}


class HintedLabel(str):
    """The label of a choice, with a hint under it: `("weapon", HintedLabel("Arme", "Montrée, décrite ou connue."))`."""

    help_text: str

    def __new__(cls, label: str, help_text: str = "") -> HintedLabel:
        made = super().__new__(cls, label)
        made.help_text = help_text
        return made


class PortalBoundField(forms.BoundField):
    """A field with the DSFR markup of `templates/portal/fields/`."""

    @property
    def template_name(self) -> str:
        widget = self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "portal/fields/choices.html"
        if isinstance(widget, forms.CheckboxInput):
            return "portal/fields/checkbox.html"
        return "portal/fields/input.html"

    @property
    def group_class(self) -> str:
        widget = self.field.widget
        if isinstance(widget, forms.Select):
            return "fr-select-group"
        if isinstance(widget, forms.FileInput):
            return "fr-upload-group"
        return "fr-input-group"

    @property
    def is_inline(self) -> bool:
        """Short answers on one line: the widget says `inline`."""
        return bool(self.field.widget.attrs.get("data-inline"))

    @property
    def shows_optional(self) -> bool:
        """A question of a grid may wait in a draft; it is not optional for that."""
        asked = self.is_inline or "data-asked" in self.field.widget.attrs
        return not self.field.required and not asked

    @property
    def option_kind(self) -> str:
        # Django derives the checkboxes from the radios.
        return "checkbox" if isinstance(self.field.widget, forms.CheckboxSelectMultiple) else "radio"

    @property
    def anchor(self) -> str:
        """Id of what takes the focus when the error summary points here."""
        if self.template_name == "portal/fields/choices.html":
            return f"{self.auto_id}_0"
        return self.id_for_label or str(self.auto_id)

    def as_widget(self, widget: forms.Widget | None = None, *args: Any, **kwargs: Any) -> Any:
        shown = widget or self.field.widget
        native = getattr(shown, "input_type", "")
        typed = self.value() if native in NATIVE_PARSERS else None
        # A native picker shows nothing for « 30/02/2026 »: the person must see again what was typed.
        if isinstance(typed, str) and typed and not _parses(native, typed):
            shown.input_type = "text"
        return super().as_widget(widget, *args, **kwargs)


def _parses(native: str, typed: str) -> bool:
    try:
        return NATIVE_PARSERS[native](typed) is not None
    except ValueError:
        return False


@dataclass(frozen=True)
class ErrorLine:
    """One line of the error summary; `anchor` is empty for an error of the whole form."""

    message: str
    label: str = ""
    anchor: str = ""


class PortalFormMixin:
    """Makes any Django form a form of the portal: put it before `Form`, `ModelForm` or a form of Django."""

    bound_field_class = PortalBoundField
    default_renderer = TemplatesSetting()
    template_name = "portal/form.html"

    method: ClassVar[str] = "post"
    submit_label: ClassVar[str] = "Enregistrer"
    # A form that may be kept unfinished says so; the view reads `act=draft`.
    draft_label: ClassVar[str] = ""
    # Other ways to send the form, after the first one, which Enter takes: (act, label).
    more_acts: tuple[tuple[str, str], ...] = ()
    # Attributes of the form itself.
    form_attrs: Mapping[str, Any] = {}
    layout: ClassVar[Layout | None] = None
    # Given by the view when the page offers a way out.
    cancel_url: str = ""

    fields: dict[str, forms.Field]
    errors: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.dress_fields()

    def dress_fields(self) -> None:
        """Again, by a form that adds fields of its own."""
        for field in self.fields.values():
            _dress(field)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = self.method
        helper.attrs = {"novalidate": True, **self.form_attrs}
        helper.layout = self.layout
        # A field that a layout forgets is still on the page.
        helper.render_unmentioned_fields = True
        helper.render_hidden_fields = True
        return helper

    @property
    def error_lines(self) -> list[ErrorLine]:
        """Every error once: those of the form first, then in the order of the fields."""
        lines = [ErrorLine(message) for message in self.non_field_errors()]  # type: ignore[attr-defined]
        for bound in self:  # type: ignore[attr-defined]
            if bound.is_hidden:
                lines += [ErrorLine(message) for message in bound.errors]
            else:
                lines += [ErrorLine(message, bound.label, bound.anchor) for message in bound.errors]
        return lines


def _dress(field: forms.Field) -> None:
    """Native pickers, French errors and DSFR classes on one field."""
    _use_native_picker(field)
    for code in ("required", "invalid_choice"):
        # Only Django's own sentence gives way: a form that says better keeps its own.
        if field.error_messages.get(code) == _default_message(field, code):
            field.error_messages[code] = FRENCH_ERRORS[code]
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = CHOOSE if field.empty_label else field.empty_label
    elif isinstance(field, forms.ChoiceField):
        field.choices = [(key, CHOOSE if label == "---------" else label) for key, label in field.choices]
    _dress_widget(field.widget)


def _use_native_picker(field: forms.Field) -> None:
    for kind, native, wire_format, input_formats in NATIVE_INPUTS:
        if isinstance(field, kind):
            if type(field.widget) in {forms.DateInput, forms.TimeInput, forms.DateTimeInput}:
                field.widget.input_type = native
                field.widget.format = wire_format
                field.input_formats = input_formats
            if field.error_messages.get("invalid") == _default_message(field, "invalid"):
                field.error_messages["invalid"] = FRENCH_ERRORS[f"invalid_{native.partition('-')[0]}"]
            return


def _dress_widget(widget: forms.Widget) -> None:
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.CheckboxInput):
        return
    if isinstance(widget, forms.Select):
        widget.attrs.setdefault("class", "fr-select")
    elif isinstance(widget, forms.FileInput):
        widget.attrs.setdefault("class", "fr-upload")
    else:
        widget.attrs.setdefault("class", "fr-input")
        # Shared computers of a brigade: the browser must not offer the last person's words.
        widget.attrs.setdefault("autocomplete", "off")
    if isinstance(widget, forms.Textarea) and widget.attrs["rows"] == "10":
        widget.attrs["rows"] = "5"  # Django's own default leaves a screenful for one sentence


def _default_message(field: forms.Field, code: str) -> Any:
    """Django's own sentence: a field of the portal that says better keeps it."""
    for kind in type(field).__mro__:
        if not kind.__module__.startswith("django."):
            continue
        message = getattr(kind, "default_error_messages", {}).get(code)
        if message is not None:
            return message
    return None


class PortalForm(PortalFormMixin, forms.Form):
    pass


@dataclass(frozen=True)
class Difference:
    label: str
    stored: str
    typed: str


@dataclass(frozen=True)
class Conflict:
    """Somebody saved first: who, when, both values of each field that both changed, and what only the other changed."""

    who: str
    when: str
    differences: tuple[Difference, ...]
    adopted: tuple[Difference, ...] = ()


class OptimisticLockForm(PortalForm):
    """Carries the version that the person read. The service compares it with the one stored.

    When the service says that somebody saved first, the view calls `show_conflict` and renders the form again. A field
    that the person left as it was takes the other's value; one that both changed keeps what was typed, beside the
    other's value. The next submission is made knowingly against the new version, and undoes nothing by accident.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    # A keyed hash of each value as it was read: tells what the person changed without sending the values twice.
    base = forms.CharField(widget=forms.HiddenInput, required=False)
    conflict: Conflict | None = None

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "base" and not self.is_bound:
            return self._hashes({name: self._initial_of(name) for name in self.fields})
        return super().get_initial_for_field(field, field_name)

    def _initial_of(self, name: str) -> Any:
        return self.initial.get(name) if name not in ("base", "version") else None

    def _hashes(self, values: Mapping[str, Any]) -> str:
        known = {name: self._hash(name, value) for name, value in values.items() if name not in ("base", "version")}
        return json.dumps(known, separators=(",", ":"))

    def _hash(self, name: str, value: Any) -> str:
        words = value_words(self.fields[name], value)
        return blind_index(f"{name}={words}", purpose="form").hex()[:16]

    def show_conflict(
        self, *, who: str, at: datetime, version: int, stored: Mapping[str, Any], zone: str = "Europe/Paris"
    ) -> None:
        """`stored` gives the value now in the database for each field the form edits."""
        differences, adopted = [], []
        read = self._read_hashes()
        self.data = self.data.copy()
        for bound in self.visible_fields():
            name = bound.name
            if name not in stored:
                continue
            value = self.cleaned_data.get(name)
            line = Difference(str(bound.label), value_words(bound.field, stored[name]), value_words(bound.field, value))
            if line.stored == line.typed:
                continue
            if read.get(name) == self._hash(name, value):
                adopted.append(line)
                shown = bound.field.prepare_value(stored[name])
                self.data[bound.html_name] = bound.field.widget.format_value(shown) or ""
                if isinstance(bound.field, forms.BooleanField):
                    # A checkbox has no words for what it holds.
                    self.data[bound.html_name] = "on" if stored[name] else ""
                if isinstance(self.data[bound.html_name], list):
                    self.data.setlist(bound.html_name, self.data[bound.html_name])
            else:
                differences.append(line)
        self.conflict = Conflict(who, local_datetime_words(at, zone), tuple(differences), tuple(adopted))
        self.data[self.add_prefix("version")] = str(version)
        self.data[self.add_prefix("base")] = self._hashes(
            {name: stored[name] for name in self.fields if name in stored}
        )

    def _read_hashes(self) -> dict[str, str]:
        try:
            read = json.loads(self.cleaned_data.get("base") or "{}")
        except json.JSONDecodeError:
            return {}
        return read if isinstance(read, dict) else {}


def value_words(field: forms.Field, value: Any) -> str:
    """A value of a form as a person reads it."""
    if value is None or value == "" or (isinstance(value, list | tuple | QuerySet) and not value):
        return "non renseigné"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return local_datetime_words(value)
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, time):
        return f"{value:%H} h {value:%M}"
    if isinstance(value, list | tuple | QuerySet):
        return ", ".join(value_words(field, one) for one in value)
    if isinstance(field, forms.ModelChoiceField):
        return field.label_from_instance(value) if isinstance(value, Model) else str(value)
    choices = getattr(field, "choices", None)
    if choices is not None:
        flat = dict(_flat(choices))
        return str(flat.get(str(value), value))
    return str(value)


def _flat(choices: Any) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for key, label in choices:
        if isinstance(label, list | tuple):
            flat += _flat(label)
        else:
            flat.append((str(key), label))
    return flat


def submitted(request: HttpRequest) -> QueryDict | None:
    """The data of a form: None when the page is only opened. An empty POST is a form sent empty."""
    return request.POST if request.method == "POST" else None
