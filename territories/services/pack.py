"""The compact file shipped in territories/data: the COG read once, so that a new database needs no INSEE file."""

from __future__ import annotations

import lzma
from pathlib import Path

from territories.services.cog import Cog, CommuneRow, DepartementRow, FormerRow, RegionRow

PACKED = Path(__file__).resolve().parent.parent / "data" / "cog.tsv.xz"
SECTIONS = {"regions": RegionRow, "departements": DepartementRow, "communes": CommuneRow, "formers": FormerRow}


def write_pack(cog: Cog, path: Path = PACKED) -> int:
    """Write `cog` to `path`. Returns its size. The same COG gives the same bytes."""
    lines = ["\t".join([section, *row]) for section in SECTIONS for row in getattr(cog, section)]
    data = lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME)
    path.write_bytes(data)
    return len(data)


def read_pack(path: Path = PACKED) -> Cog:
    cog = Cog()
    for line in lzma.decompress(path.read_bytes()).decode().split("\n"):
        section, *cells = line.split("\t")
        getattr(cog, section).append(SECTIONS[section](*cells))
    return cog
