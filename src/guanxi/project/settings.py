"""Settings of one installation. Everything a firm may change comes from the environment (docs/settings.md)."""

import os
from pathlib import Path

from guanxi.project import database, keys

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent.parent


def _default_home() -> Path:
    return (_CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() else Path.cwd()) / "var"


GUANXI_HOME = Path(os.environ.get("GUANXI_HOME") or _default_home()).resolve()
os.environ["GUANXI_HOME"] = str(GUANXI_HOME)  # so that the floor, which knows no settings, finds keys and files
GUANXI_DATABASE_URL = os.environ.get("GUANXI_DATABASE_URL", "")
GUANXI_PUBLIC_URL = os.environ.get("GUANXI_PUBLIC_URL", "http://127.0.0.1:8000")
GUANXI_EGRESS_ALLOW = [h for h in os.environ.get("GUANXI_EGRESS_ALLOW", "").split(",") if h]
GUANXI_BLOCKED_CATEGORIES = tuple(w for w in os.environ.get("GUANXI_BLOCKED_CATEGORIES", "").split(",") if w)
GUANXI_WEB_POOL = int(os.environ.get("GUANXI_WEB_POOL", "0"))

DEBUG = False
SECRET_KEY = keys.django_secret_key(GUANXI_HOME)
ALLOWED_HOSTS = os.environ.get("GUANXI_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
USE_TZ = True
TIME_ZONE = "UTC"
DATABASES = {"default": database.settings_for(GUANXI_DATABASE_URL, home=GUANXI_HOME, pool=GUANXI_WEB_POOL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

GUANXI_APPS = [
    "guanxi.ground.jobs",
    "guanxi.ground.outbox",
    "guanxi.journal",
    "guanxi.identity",
    "guanxi.record.bookmarks",
    "guanxi.record.catalogue",
    "guanxi.record.customers",
    "guanxi.record.market",
    "guanxi.record.consents",
    "guanxi.record.suppressions",
    "guanxi.record.holdings",
    "guanxi.record.suitability",
    "guanxi.record.surveys",
    "guanxi.record.dealings",
    "guanxi.record.conversations",
    "guanxi.record.signals",
    "guanxi.record.standing",
    "guanxi.record.actions",
    "guanxi.record.declarations",
    "guanxi.record.children",
    "guanxi.record.imports",
    "guanxi.engage.offers",
    "guanxi.engage.policy",
    "guanxi.rescue.credit",
    "guanxi.rescue.abuse",
    "guanxi.rescue.winback",
    "guanxi.rescue.improvement",
    "guanxi.faces.shared",
    "guanxi.faces.desk",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    *GUANXI_APPS,  # before allauth, whose pages ours replace
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "guanxi.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guanxi.faces.shared.middleware.PrincipalMiddleware",
    "guanxi.faces.shared.middleware.LanguageMiddleware",
    "guanxi.faces.shared.visible.VisibleMiddleware",
    "guanxi.faces.shared.middleware.RefusalMiddleware",
    "guanxi.faces.shared.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "guanxi.project.urls"
WSGI_APPLICATION = "guanxi.project.wsgi.application"

_LOADERS = [
    (
        "django.template.loaders.cached.Loader",
        [
            "django_cotton.cotton_loader.Loader",
            "django.template.loaders.filesystem.Loader",
            "django.template.loaders.app_directories.Loader",
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": _LOADERS,
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "guanxi.faces.shared.frame.frame",
            ],
        },
    }
]

# who may come in
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "guanxi.faces.shared.sign_in.PasswordBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "guanxi.faces.shared.sign_in.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "guanxi.faces.shared.sign_in.ClosedSignUp"
MFA_ADAPTER = "guanxi.faces.shared.sign_in.SecondFactor"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
MFA_PASSKEY_LOGIN_ENABLED = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429
AXES_USERNAME_CALLABLE = "guanxi.faces.shared.sign_in.name_of_attempt"
AXES_LOCKOUT_CALLABLE = "guanxi.faces.shared.sign_in.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
# A whole office may sign in from one address; wrong passwords are counted by axes, in the database all processes share.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": None}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = GUANXI_PUBLIC_URL.startswith("https:")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_TRUSTED_ORIGINS = [GUANXI_PUBLIC_URL]
SESSION_COOKIE_AGE = 12 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = ["guanxi.faces.shared.uploads.BoundedUpload"]
UPLOAD_MOST_BYTES = int(os.environ.get("GUANXI_UPLOAD_MB", "100")) << 20

# languages
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [_PACKAGE / "locale"]
USE_I18N = True

# built assets
STATIC_URL = "/static/"
STATIC_ROOT = GUANXI_HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": GUANXI_HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = os.environ.get("GUANXI_ASSETS_FROM_SOURCE") == "1"
if WHITENOISE_USE_FINDERS:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
