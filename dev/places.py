"""Where things are in the checkout."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"


def package_folder(name: str) -> Path:
    """Where a package is installed, without running it: the embedded servers' packages do things when imported."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"Le paquet {name} manque : make setup")
    return Path(spec.submodule_search_locations[0])
