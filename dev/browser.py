"""Chromium for the browser tests: Debian's package, found or installed."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install_chromium() -> None:
    if find_chromium():
        return
    rights = [] if os.geteuid() == 0 else ["sudo"]
    if shutil.which("apt-get") and (not rights or shutil.which("sudo")):
        print("Chromium est installé pour les tests de navigateur.", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run([*rights, "apt-get", *command], env=environment, check=False)
        if find_chromium():
            return
    raise SystemExit(
        "Les tests de navigateur ont besoin de Chromium, introuvable ici. Installez le paquet « chromium » "
        "(ou « google-chrome »), puis relancez make test."
    )
