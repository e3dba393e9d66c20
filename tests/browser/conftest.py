"""The system's Chromium for pytest-playwright's `page` beside pytest-django's `live_server`.

Without a Chromium these tests are skipped and the summary says so; where CI=true they fail.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
NO_BROWSER = "THE PAGES WERE NOT TESTED: no chromium, chromium-browser or google-chrome on PATH"

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

# Playwright's loop runs in this thread as long as the browser is open, and Django would refuse
# every query made meanwhile; none of them is made from within the loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """So that `page.goto("/sign-in/")` means this server; a `page` brings server and database."""
    return live_server.url


@pytest.fixture
def intercepted(context: BrowserContext) -> None:
    """For tests that route requests while a page is open. Chromium begins to intercept a little
    after it was told to, and would let the next request of an open page pass; so it begins here,
    before there is a page, and never stops.
    """
    context.route("**/never-asked-for/", lambda route: route.fallback())


@pytest.fixture
def sign_in(live_server: LiveServer, context: BrowserContext) -> Callable[[User], BrowserContext]:
    """Gives the browser somebody's session, without the form."""

    def signed_in(user: User) -> BrowserContext:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return context

    return signed_in


@pytest.fixture
def own_window(live_server: LiveServer, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """A browser window of one's own for each person, signed in with “secret of <name>”."""
    windows = []

    def sign_in(name: str) -> Page:
        window = browser.new_context(base_url=live_server.url, accept_downloads=True)
        windows.append(window)
        page = window.new_page()
        page.goto("/sign-in/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(f"secret of {name}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/p/sahel/")
        return page

    yield sign_in
    for window in windows:
        window.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.section(NO_BROWSER, red=True, bold=True)
