"""`make test`: Chromium if it is missing, then the suite. Arguments go to pytest as they are.

One worker more than there are processors: journeys and processes wait most of their time.
"""

import os
import sys

from dev.browser import install_chromium
from dev.places import ROOT


def main() -> None:
    install_chromium()
    arguments = sys.argv[1:]
    if not any(argument.startswith(("-n", "--numprocesses", "tests")) for argument in arguments):
        arguments = ["-n", str((os.cpu_count() or 1) + 1), *arguments]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])


if __name__ == "__main__":
    main()
