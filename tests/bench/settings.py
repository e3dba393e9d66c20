"""The product's settings as they are served, with the floor's two views and its table beside them.

The database is one of the bench's own, on the server that DATABASE_URL names, or else an SQLite
file in DATA_DIR.
"""

import os

from config.settings import *  # noqa: F403, TID251 - those settings, with an app more
from config.settings import DATA_DIR, DATABASES, INSTALLED_APPS  # noqa: TID251 - to add to them

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench"]
ROOT_URLCONF = "tests.bench.urls"
IS_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
DATABASES["default"]["TEST"] = {
    "NAME": DATA_DIR / "bench.sqlite3" if IS_SQLITE else f"isnad_bench_{os.getpid()}",
    "MIGRATE": False,  # the models say the same, as `make check` proves, in a tenth of the time
}
if made := os.environ.get("BENCH_DATABASE"):
    DATABASES["default"]["NAME"] = made
