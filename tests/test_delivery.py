"""What travels to the browser: files kept for ever, answers compressed, releases as they are."""

import io
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from config.compression import ONE_PACKET, CompressedAnswers
from config.storage import HashedStaticFiles

MODULES = ("form", "keymap", "outbox", "pieces", "rows", "spans")
TEXT = b"to be said at length " * 80


def test_every_module_is_imported_under_a_name_that_holds_its_hash(tmp_path: Path) -> None:
    shutil.copytree(settings.BASE_DIR / "annotate" / "static", tmp_path, dirs_exist_ok=True)
    files = HashedStaticFiles(location=str(tmp_path), base_url="/static/")
    paths = [str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.*")]
    list(files.post_process({path: (files, path) for path in paths}))
    hashed = files.hashed_files
    page = (tmp_path / hashed["annotate/workbench.js"]).read_text()
    modules = re.findall(r'from "\./(\w+)(\.\w{12})\.js"', page)
    assert sorted(name for name, _ in modules) == sorted(MODULES)
    for name, part in modules:
        assert hashed[f"annotate/{name}.js"] == f"annotate/{name}{part}.js"


@pytest.mark.parametrize(
    ("answer", "encoding"),
    [
        (HttpResponse(TEXT), "gzip"),
        (HttpResponse(TEXT[:ONE_PACKET]), None),
        (FileResponse(io.BytesIO(TEXT)), None),
    ],
    ids=["page", "short answer", "released file"],
)
def test_pages_are_compressed_and_short_answers_and_released_files_are_not(
    answer: HttpResponseBase, encoding: str | None
) -> None:
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip, br"})
    sent = CompressedAnswers(lambda _: answer).process_response(request, answer)
    assert sent.headers.get("Content-Encoding") == encoding
