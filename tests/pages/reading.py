"""What a page says of its errors, read in its HTML."""

from __future__ import annotations

import re
from html import unescape

from django.http import HttpResponse


def assert_refused_beside(response: HttpResponse, field: str, message: str, *, form: str = "form") -> None:
    """The message is beside its field, which points to it, and the summary on top links to the field."""
    assert response.status_code in (200, 409, 422), response.status_code
    bound = response.context[form][field]
    page = response.content.decode()
    assert any(message in error for error in bound.errors), bound.errors
    error_id = f"{bound.auto_id}_error"
    beside = re.search(rf'id="{error_id}">(.*?)</div>', page, re.DOTALL)
    assert beside, f"no error beside {field}"
    assert message in unescape(beside[1])
    assert re.search(rf'aria-describedby="[^"]*\b{error_id}\b', page), f"{field} does not point to its error"
    assert f'<a href="#{bound.anchor}">' in page, f"the summary does not link to {field}"
    assert f'id="{bound.anchor}"' in page


def assert_kept(response: HttpResponse, typed: dict[str, str], *, form: str = "form") -> None:
    """Everything that was typed is in the fields of the page that comes back."""
    bound = response.context[form]
    lost = {name: value for name, value in typed.items() if name in bound.fields and bound[name].value() != value}
    assert lost == {}
    page = unescape(response.content.decode())
    for name, value in typed.items():
        if name in bound.fields and not hasattr(bound.fields[name], "choices"):
            assert value in page, f"{name} is not on the page"
