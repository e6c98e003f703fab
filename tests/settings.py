"""Settings of the suite: the product's, made stricter, and cheap where cost is not what is tested."""

import os

from dev.places import VAR
from tests.harness import run
from tests.harness.templates import UndefinedVariable

run.enter()
# Also for the processes that tests start. Apart from the demonstration's own files.
os.environ["ATTACHMENTS_DIR"] = str(VAR / "test" / "attachments")

from calae_portal.settings import *  # noqa: E402, F403
from calae_portal.settings import STATICFILES_DIRS, TEMPLATES  # noqa: E402

# Playwright's synchronous interface runs an event loop in the main thread, which Django takes for an async context.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()
PASSWORD_HASHERS = ["tests.harness.hashers.CheapArgon2"]
# Messages queued by a test go nowhere: a test calls the service that the task calls, or drives real processes.
CELERY_BROKER_URL = "memory://"
# Nothing is collected for the tests; WhiteNoise warns of a folder that does not exist.
STATIC_ROOT = STATICFILES_DIRS[0]
