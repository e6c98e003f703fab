"""What collectstatic leaves out: most of the design system's files are sources, or serve pages that we do not have."""

from django.contrib.staticfiles.apps import StaticFilesConfig

DSFR_UNUSED = [
    f"dsfr/dist/{name}"
    for name in (  # a pattern is matched against the path of each file, so a folder needs its star
        "analytics/*",
        "artwork/pictograms/*",
        "component/*",
        "core/*",
        "dsfr/*",
        "dsfr.legacy.min.css",
        "dsfr.min.css",
        "layout/*",
        "legacy/*",
        "scheme/*",
        "utility/*",
    )
]


class PortalStaticFilesConfig(StaticFilesConfig):
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, *DSFR_UNUSED, "django-dsfr", "*.map", "*.md"]
