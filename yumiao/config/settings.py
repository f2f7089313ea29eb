"""Settings of the web and of the commands that use the database. Everything comes from the environment: `docs/settings.md`."""

import datetime as dt
import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

from . import environment as env

VAR = env.var_folder()
DEBUG = env.switch("YUMIAO_DEBUG", False)
DEMO = env.switch("YUMIAO_DEMO", False)
TODAY = env.day("YUMIAO_TODAY") or (dt.date(2025, 10, 20) if DEMO else None)
PLAN = env.plan()
HTTPS = env.switch("YUMIAO_HTTPS", not DEMO)
BEHIND_PROXY = env.switch("YUMIAO_BEHIND_PROXY", False)
API_PER_MINUTE = env.whole("YUMIAO_API_PER_MINUTE", 300)
MONTH_CLOSES = env.whole("YUMIAO_MONTH_CLOSES", 10)
QUESTIONS_PER_DAY = env.whole("YUMIAO_QUESTIONS_PER_DAY", 20_000)
CALLBACK_NETWORKS = env.networks("YUMIAO_CALLBACK_NETWORKS")

SECRET_KEY = env.secret_key(VAR)
DATA_KEYS = env.data_keys(VAR)
UPLOAD_BYTES = env.whole("YUMIAO_UPLOAD_BYTES", 200_000_000)
FEED_KEYS = env.names("YUMIAO_FEED_KEYS", "")
ALLOWED_HOSTS = env.names("YUMIAO_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("YUMIAO_ORIGINS", "")

DESKS = [name for name in ("house", "portal", "counter", "cockpit", "plan", "api") if find_spec(f"yumiao.desks.{name}")]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "yumiao.base.events",
    "yumiao.base.audit",
    "yumiao.base.access",
    "yumiao.base.people",
    "yumiao.base.jobs",
    "yumiao.base.documents",
    "yumiao.engines.exchange",
    "yumiao.engines.population",
    "yumiao.engines.rights",
    "yumiao.engines.subscriptions",
    "yumiao.wiring",
    *(f"yumiao.desks.{name}" for name in DESKS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "yumiao.config.middleware.strict_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yumiao.config.middleware.language_and_text",
    "django.middleware.common.CommonMiddleware",
    "yumiao.config.bodies.Bodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yumiao.config.middleware.actor",
    "yumiao.config.middleware.Refusals",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "yumiao.config.urls"
WSGI_APPLICATION = "yumiao.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request", "yumiao.config.frame.frame"]},
    }
]

DATABASES = {"default": env.database(VAR)}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # tests run on a real file with the same journal, one for each process
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(tempfile.gettempdir(), f"yumiao-test-{os.getpid()}.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.folder(VAR / "static")
PICTURES = Path(__file__).resolve().parents[2] / "docs/pictures"
STATICFILES_DIRS = [("guides", PICTURES)] if PICTURES.is_dir() else []
STATIC_BUILT = env.switch("YUMIAO_STATIC_BUILT", False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_BUILT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_BUILT
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # pages name no others, and each would be compressed twice
WHITENOISE_AUTOREFRESH = DEBUG

SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "ym_session", "ym_csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 8 * 3600
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
CSRF_FAILURE_VIEW = "yumiao.config.problems.forbidden"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "django.security.TooMuch": {"level": "CRITICAL"},  # somebody sends a large file: nothing to look at
        "yumiao": {"level": env.choice("YUMIAO_LOG", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR"))},
    },
}
