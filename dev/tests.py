"""`make test`: Chromium if it is missing, then the suite on two workers. Arguments go to pytest as they are."""

import os
import sys

from dev.browser import install_chromium
from dev.places import ROOT


def main() -> None:
    install_chromium()
    arguments = sys.argv[1:]
    if not any(argument.startswith(("-n", "--numprocesses", "tests")) for argument in arguments):
        arguments = ["-n", "2", *arguments]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])


if __name__ == "__main__":
    main()
