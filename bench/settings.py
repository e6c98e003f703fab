"""The portal's settings, with the two rivals beside: a bare view and the Django admin."""

from calae_portal.settings import *  # noqa: F403
from calae_portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["testserver"]
LOGGING = {"level": "INFO", "json": True}  # as in production; the caller throws the lines away
HTTPS = SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
# As `startproject` writes it: what the admin needs, and what a signed-in bare view goes through.
DJANGO_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
