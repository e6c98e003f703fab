from __future__ import annotations

from typing import Any

from django import forms

from core.forms import PortalForm


class ReasonForm(PortalForm):
    """One written reason: closing, reopening, returning, evaluating again."""

    reason = forms.CharField(label="Raison", max_length=400, widget=forms.Textarea(attrs={"rows": "3"}))

    def __init__(self, *args: Any, label: str, submit_label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text
        self.submit_label = submit_label
