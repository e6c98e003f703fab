"""Chromium for the browser tests: Debian's package, found or installed.

Its headless shell first: the same engine without a window to draw, which spends half as much on each page.
"""

import os
import shutil
import subprocess

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install_chromium() -> None:
    """The headless shell where packages can be installed, else whatever Chromium is there."""
    found = find_chromium()
    is_root = os.geteuid() == 0
    # Nobody is asked for a password when a Chromium is there already.
    if shutil.which(SHELL) or (found and not is_root):
        return
    rights = [] if is_root else ["sudo"]
    if shutil.which("apt-get") and (is_root or shutil.which("sudo")):
        print("Chromium est installé pour les tests de navigateur.", flush=True)
        _apt(rights, "update")
        # Older distributions have no package of the shell alone.
        if not _install(rights, SHELL) and not find_chromium():
            _install(rights, "chromium")
    if not find_chromium():
        raise SystemExit(
            "Les tests de navigateur ont besoin de Chromium, introuvable ici. Installez le paquet « chromium » "
            "(ou « google-chrome »), puis relancez make test."
        )


def _install(rights: list[str], package: str) -> bool:
    return _apt(rights, "install", "-y", "--no-install-recommends", package)


def _apt(rights: list[str], *arguments: str) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run([*rights, "apt-get", "-qq", *arguments], env=environment, check=False).returncode == 0
