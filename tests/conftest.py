"""The cast: Ada, Ben and Chloé annotate, Rita reviews, Cora manages, Olga observes.

Dan is a stranger.
"""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from annotate.models import Article, Membership, Project
from annotate.workflow.projects import add_member, start_project
from tests.builders import CODEBOOK, give, hand_in, take_in_text, words

TEXT = (
    "موسكو توقف الهجوم\n"
    "قالت صحيفة لوموند إن روسيا أوقفت الهجوم بعد تحذيرات من الجزائر. 🚩 ونفى مسؤول في باماكو ذلك.\n"
    "وذكر التقرير أن نحو ٤٠ عنصرًا سيغادرون البلاد.\n"
)
HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "مسؤول في باماكو"


@pytest.fixture
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder in the place of DATA_DIR, where releases are kept."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def cora(db: None) -> User:
    """Manages the project."""
    return User.objects.create_user("cora", password="cora's secret")


@pytest.fixture
def project(cora: User) -> Project:
    return start_project(
        by=cora, name="Sahel", slug="sahel", codebook=CODEBOOK, languages=["ar", "fr", "en"]
    )


def _member(project: Project, name: str, role: str) -> User:
    user = User.objects.create_user(name, password=f"{name}'s secret")
    add_member(project=project, by=project.created_by, user=user, role=role)
    return user


@pytest.fixture
def ada(project: Project) -> User:
    return _member(project, "ada", Membership.Role.ANNOTATOR)


@pytest.fixture
def ben(project: Project) -> User:
    return _member(project, "ben", Membership.Role.ANNOTATOR)


@pytest.fixture
def chloe(project: Project) -> User:
    return _member(project, "chloe", Membership.Role.ANNOTATOR)


@pytest.fixture
def rita(project: Project) -> User:
    """Reviews."""
    return _member(project, "rita", Membership.Role.REVIEWER)


@pytest.fixture
def olga(project: Project) -> User:
    """Observes."""
    return _member(project, "olga", Membership.Role.OBSERVER)


@pytest.fixture
def dan(db: None) -> User:
    """A stranger, who manages a project of his own."""
    dan = User.objects.create_user("dan", password="dan's secret")
    start_project(by=dan, name="Ports", slug="ports", codebook=CODEBOOK)
    return dan


@pytest.fixture
def article(project: Project, cora: User) -> Article:
    """Four sentences in three paragraphs, with an emoji before one of them: see TEXT."""
    return take_in_text(project, TEXT, language="ar")


@pytest.fixture
def work(article: Article, ada: User, ben: User) -> Project:
    """A complete article with one claim agreed and one that waits."""
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED), words(article, DENIED))
    hand_in(article, ben, words(article, HALTED))
    return article.project


@pytest.fixture
def as_ada(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def as_ben(ben: User) -> Client:
    client = Client()
    client.force_login(ben)
    return client


@pytest.fixture
def as_rita(rita: User) -> Client:
    client = Client()
    client.force_login(rita)
    return client


@pytest.fixture
def as_cora(cora: User) -> Client:
    client = Client()
    client.force_login(cora)
    return client


@pytest.fixture
def as_dan(dan: User) -> Client:
    client = Client()
    client.force_login(dan)
    return client
