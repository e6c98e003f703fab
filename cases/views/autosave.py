"""Forms that keep what is typed as it is typed: what they ask of the page, and what they answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

AUTO = "auto"


def autosave_attrs(address: str) -> dict[str, str]:
    """Attributes of the form: sent two seconds after the last key, at once after a choice, never two at a time."""
    return {
        "hx-post": address,
        "hx-trigger": "input delay:2s, change delay:300ms",
        "hx-vals": f'{{"act": "{AUTO}"}}',
        "hx-target": "#brouillon",
        "hx-select": "#brouillon > *",
        "hx-sync": "this:queue last",
    }


def autosave_answer(request: HttpRequest, sentence: str, **hidden: object) -> HttpResponse:
    """The line that says where things stand, and the hidden fields that the next save needs."""
    return render(request, "cases/_autosaved.html", {"sentence": sentence, "hidden": hidden})
