"""`python -m dev.manage [--instance bench] command…`: a management command on an embedded instance of its own.

With servers already running (make services, or the user's own DATABASE_URL) plain manage.py does the same.
"""

import argparse
import os
import subprocess
import sys

from dev.places import ROOT
from dev.processes import adopt_orphans
from dev.services import Services
from dev.supervisor import end_descendants


def main() -> None:
    parser = argparse.ArgumentParser(description="Commande de gestion sur une instance embarquée.")
    parser.add_argument("--instance", default="bench")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    services = Services(options.instance, durable=True)
    adopt_orphans()
    try:
        environment = os.environ | services.start(tied=True)
        code = 0
        for command in (["provision_database", "--verbosity=0"], options.command):
            code = (
                code
                or subprocess.run(
                    [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=False
                ).returncode
            )
    finally:
        services.stop(and_before=end_descendants)
    sys.exit(code)


if __name__ == "__main__":
    main()
