"""The product's settings, for tests: nothing of this machine's environment, and no waiting."""

import os

os.environ["SECRET_KEY"] = "a-secret-for-tests-only"
os.environ["DEMO"] = "1"

from config.settings import *  # noqa: F403  # this module is those settings, changed

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
