"""The product's settings with the migration linter's command, which is not an application of the product."""

from calae_portal.settings import *  # noqa: F403
from calae_portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "exclude_apps": ["auth", "contenttypes", "sessions", "dsfr"],
    # They create tables, which nobody uses yet: no lock, no old row, no older code to live with.
    "ignore_initial_migrations": True,
    # Decisions gain columns that the next migration fills before it asks for them, and the one pending request leaves
    # recours aside: web and worker restart after each migration (docs/exploitation.md), no older code meets them.
    # Alerts and samples of the 17 are ruled before anything has written any: no release had their tables.
    "ignore_name": ["0004_decisions", "0005_decisions_complete", "0004_supervision"],
    # Reversing a migration is not how this product goes back: it restores a backup (docs/exploitation.md).
    "exclude_migration_tests": ["RUNPYTHON_REVERSIBLE", "RUNSQL_REVERSIBLE", "RUNPYTHON_MODEL_VARIABLE_NAME"],
}
