"""`make bench`: how long the slow things take, each beside its floor. docs/speed.md tells more.

Runs the management command `bench` with settings of its own, in a folder and a database that are
thrown away afterwards. Options: `python manage.py bench --help` lists them, `--quick` among them.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
UNUSED = ("admin", "drf_spectacular_sidecar", "import_export", "rest_framework")
COLLECT = ["collectstatic", "--no-input", "--verbosity=0", *(f"--ignore={name}" for name in UNUSED)]


def main() -> int:
    with TemporaryDirectory(prefix="isnad-bench-") as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "DATA_DIR": folder,
            "DEMO": "1",
            "DEBUG": "0",
            "HTTPS": "0",
            "ALLOWED_HOSTS": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
        }
        for command in (COLLECT, ["bench", *sys.argv[1:]]):
            done = subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=False
            )
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
