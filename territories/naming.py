"""How a name is compared and sorted: the collation of the database is C, accents and hyphens are ours to handle."""

from __future__ import annotations

import re
from functools import lru_cache

from core.text import search_text

ARTICLES = re.compile(r"^(l|le|la|les) ")
# People write "St-Denis" for "Saint-Denis", and the reverse.
SHORTHANDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


@lru_cache(maxsize=65536)
def search_key(text: str) -> str:
    """Folded words, each led by a space: « LIKE '% mot%' » then means that a word starts so."""
    words = search_text(text).split()
    return " " + " ".join(SHORTHANDS.get(word, word) for word in words) if words else ""


def sort_key(text: str) -> str:
    """Dictionary order: Le Mans among the M."""
    return ARTICLES.sub("", search_key(text).strip())
