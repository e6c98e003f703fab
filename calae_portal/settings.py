"""Settings, read from the environment only (see `.env.dist` and docs/exploitation.md).

Secrets have no default: a production that forgets one stops with its name. The demonstration and the
tests get theirs from `dev/`, which writes them under `var/`.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- What this instance is -----------------------------------------------------------------------
# DEMO opens the movable clock, the outbox screen and the jobs screen. Refused with real secrets: see core.checks.
DEMO = env.bool("DEMO", False)
# Only a State site may show the Marianne block and font.
PORTAL_OFFICIAL = env.bool("PORTAL_OFFICIAL", False)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

# "kid:base64,kid:base64": the first key encrypts, the others only decrypt until `rotate_keys` has run.
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS")
# Apart from the encryption keys: whoever holds it can test guesses against blind indexes.
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY")
# "kid:base64,…", for the telephone numbers of « Alarme élu » alone: ten digits fall in a minute to whoever holds one,
# so they live where neither the encryption keys nor the database are (docs/adr/0026).
TELEPHONE_INDEX_KEYS = env.list("TELEPHONE_INDEX_KEYS")
# Seals of the journal are keyed, so that the owner of the database alone cannot forge them.
JOURNAL_SEAL_KEY = env.str("JOURNAL_SEAL_KEY")

INSTALLED_APPS = [
    "calae_portal",
    "barometer",
    "alarm_registry",
    "support",
    "call_buttons",
    "cases",
    "referents",
    "officials",
    "accounts",
    "territories",
    "core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "calae_portal.staticfiles.PortalStaticFilesConfig",
    "dsfr",  # before django.forms: it replaces the form renderer's templates
    "django.forms",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_structlog",
]

MIDDLEWARE = [
    "core.middleware.ClockMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.PrivateResponseMiddleware",
    # Before all that remembers: it answers the pages that keep nothing of who asks.
    "core.no_trace.NoTraceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "core.middleware.RefuseNulMiddleware",
    "accounts.middleware.SessionAgeMiddleware",
    "accounts.middleware.AccessGateMiddleware",
    "cases.middleware.MergedCaseMiddleware",
]

ROOT_URLCONF = "calae_portal.urls"
WSGI_APPLICATION = "calae_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "calae_portal.context_processors.portal",
            ],
            "builtins": ["dsfr.templatetags.dsfr_tags", "core.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "dsfr.forms.DsfrDjangoTemplates"

# --- Database ------------------------------------------------------------------------------------
# The application's own SQL role: it owns nothing (docs/adr/0002). `provision_database` is what
# connects as the owner, with DATABASE_OWNER_URL.
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
# A statement that comes back on a connection is planned once: planning costs more than running it (docs/adr/0020).
# Not behind a pooler that gives each transaction another server connection.
if env.bool("DATABASE_PREPARED", True):
    DATABASES["default"].setdefault("OPTIONS", {}).update({"server_side_binding": True, "prepare_threshold": 5})
if env.bool("DATABASE_POOL", False):  # web processes; workers fork and keep plain connections
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis, Celery -------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is away must not hold a web request: rows are committed, beat sweeps them later.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- People and sessions -------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# E-mail addresses are unique whatever their case, by a constraint that this check does not read.
SILENCED_SYSTEM_CHECKS = ["auth.E003"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a flushed Redis signs nobody out
SESSION_COOKIE_NAME = "portail_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 60 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", 12 * 3600)
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "calae_portal.errors.csrf_failure"
# Number of reverse proxies in front of us that set X-Forwarded-For; 0 means the socket's address is the person's.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
# Addresses of the reverse proxies that check the certificates of the centres of the 17 (mutual TLS) and say which one
# was shown: the header that says so is not read from anybody else (docs/exploitation.md).
CERTIFICATE_PROXIES = env.list("CERTIFICATE_PROXIES", default=[])

HTTPS = env.bool("HTTPS", not DEMO)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Language, time ------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Static files --------------------------------------------------------------------------------
STATIC_URL = "static/"
# The demonstration serves from the finders: nothing is collected.
STATIC_ROOT = None if DEMO else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
# The DSFR's integrity attributes do not survive hashed file names.
DSFR_USE_INTEGRITY_CHECKSUMS = False
DSFR_MARK_OPTIONAL_FIELDS = True
CRISPY_ALLOWED_TEMPLATE_PACKS = "portal"
CRISPY_TEMPLATE_PACK = "portal"

# --- Attachments ---------------------------------------------------------------------------------
# Sealed files (core.sealed_files): out of what is served, shared by web and worker, in the backups.
ATTACHMENTS_DIR = env.str("ATTACHMENTS_DIR", str(BASE_DIR / "var" / "attachments"))
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_MB", 50) * 1024 * 1024
ATTACHMENTS_AT_ONCE = 10
# tcp://host:3310 or unix:///path of clamd. Without it everything waits; the demonstration has a stand-in.
SCANNER_URL = env.str("SCANNER_URL", "demo:" if DEMO else "")
SCANNER_TIMEOUT = env.int("SCANNER_TIMEOUT", 120)
# A page that takes files says so (core.uploads); the others read none.
FILE_UPLOAD_HANDLERS = ["core.uploads.RefuseUploads"]

# --- Restricted files ----------------------------------------------------------------------------
# From this emergency access on, within 24 hours by one person, the hierarchy is told how many there were.
EMERGENCY_ACCESS_ALERT_FROM = env.int("EMERGENCY_ACCESS_ALERT_FROM", 3)

# --- Mail, SMS -----------------------------------------------------------------------------------
if email_url := env.str("EMAIL_URL", ""):
    vars().update(env.email_url_config(email_url))
else:
    # The demonstration keeps real messages as files; production must name its relay (core.checks).
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = BASE_DIR / "var" / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Portail de la sécurité des élus <ne-pas-repondre@portail.example>")
SMS_BACKEND = env.str("SMS_BACKEND", "core.sms.ConsoleSmsGateway")
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", "")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", "")

# --- Support -------------------------------------------------------------------------------------
# Where « Quitter vite » leads: a page that anybody may have been reading, at an address that says nothing.
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", "https://www.service-public.fr/")

# --- Logs ----------------------------------------------------------------------------------------
# No query string, no local variable of a traceback: both carry names (core.logs).
LOGGING_CONFIG = "core.logs.configure"
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOG_JSON = env.bool("LOG_JSON", not DEMO)
LOGGING = {"level": LOG_LEVEL, "json": LOG_JSON}
