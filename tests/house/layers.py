"""The order of the applications, top first, as in docs/architecture.md. Applications on one line are independent."""

from dev.places import ROOT

LAYERS = (
    ("calae_portal",),
    ("barometer",),
    ("prevention", "alarm_registry", "call_buttons", "support"),
    ("cases",),
    ("referents",),
    ("officials",),
    ("accounts",),
    ("territories",),
    ("core",),
)
HEIGHT = {name: height for height, layer in enumerate(reversed(LAYERS)) for name in layer}
APPLICATIONS = [name for name in HEIGHT if (ROOT / name / "apps.py").exists()]


def may_point_to(source: str, target: str) -> bool:
    return source == target or HEIGHT[source] > HEIGHT[target]
