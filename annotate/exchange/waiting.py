"""Where a file of the admin's import waits between its preview and its confirmation."""

import re
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from import_export.tmp_storages import TempFolderStorage


class WaitingFile(TempFolderStorage):
    """A file in a folder of its own, under a drawn name that the browser sends back to confirm it.

    django-import-export keeps these files in the system's temporary folder and takes any name that
    comes back: a manager could have read and deleted what others keep there. Here a name that was
    not drawn is the name of no file.
    """

    name: str

    def get_full_path(self) -> str:
        if not re.fullmatch(r"[0-9a-f]{32}", self.name):
            raise FileNotFoundError(self.name)
        folder: Path = settings.DATA_DIR / "imports"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(folder / self.name)

    def _open(self, mode: str = "r") -> IO[Any]:
        if not self.name:
            self.name, mode = uuid4().hex, "xb"
        return Path(self.get_full_path()).open(mode, encoding=self.encoding)
