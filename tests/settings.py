"""The product's settings for tests: none of this machine's but DATABASE_URL, and no waiting."""

import os

os.environ.update(SECRET_KEY="for-tests-only", DEMO="1", DEBUG="0", DATA_DIR="var/tests")

from config.settings import *  # noqa: F403  # this module is those settings, changed
from config.settings import DATA_DIR, DATABASES

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file and not memory: the server of the browser tests has threads, as the real one has,
    # and threads in memory would share one connection and its transaction.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / f"{os.getpid()}.sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # static files without collecting them
# The pages already lay themselves out in the languages whose catalogues are still to come.
LANGUAGES = [("en", "English"), ("fr", "Français"), ("ar", "العربية")]
