"""Text reduced for search, with the same rules as the SQL functions f_fold and f_search_text (core.provisioning)."""

from __future__ import annotations

import re
import unicodedata

# What PostgreSQL's unaccent dictionary does beyond removing accents, for European letters and usual punctuation.
_REPLACED = str.maketrans(
    {
        "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "ß": "ss", "ẞ": "SS", "Ø": "O", "ø": "o", "Đ": "D", "đ": "d",
        "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "Ł": "L", "ł": "l", "Ħ": "H", "ħ": "h", "ı": "i", "ŋ": "n", "Ŋ": "N",
        "Ĳ": "IJ", "ĳ": "ij", "ĸ": "q", "Ŀ": "L", "ŀ": "l", "ŉ": "'n", "Ŧ": "T", "ŧ": "t", "ſ": "s", "ﬀ": "ff",
        "ﬁ": "fi", "ﬂ": "fl", "ª": "a", "º": "o", "¡": "!", "¿": "?", "©": "(C)", "®": "(R)", "±": "+/-", "µ": "μ",
        "×": "*", "÷": "/", "¼": " 1/4", "½": " 1/2", "¾": " 3/4", "«": "<<", "»": ">>", "‹": "<", "›": ">",
        "\xad": "-", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "‖": "||", "’": "'", "‘": "'",
        "‚": ",", "‛": "'", "“": '"', "”": '"', "„": ",,", "‟": '"', "․": ".", "‥": "..", "…": "...", "′": "'",
        "″": '"',
    }
)  # fmt: skip
_NOT_SEARCHED = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Without accents and in lower case: « Évreux » becomes "evreux"."""
    decomposed = unicodedata.normalize("NFD", text.translate(_REPLACED))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).lower()


def search_text(*parts: str) -> str:
    """Folded words separated by single spaces: « Jean-Noël d’Arc » becomes "jean noel d arc"."""
    return _NOT_SEARCHED.sub(" ", fold(" ".join(parts))).strip()


# Characters that change the direction of what follows: a program may then show itself as a PDF.
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Without control characters, signs of direction or lone surrogates; line breaks become spaces."""
    spaced = _DIRECTIONS.sub("", text.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    return "".join(sign for sign in spaced if unicodedata.category(sign) not in ("Cc", "Cs"))
