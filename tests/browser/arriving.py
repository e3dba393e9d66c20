"""Coming to the workbench, which takes keys and clicks once the browser's store is open; and
answers that come to it when the test says so.
"""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

READY = "#panel[data-ready]"


def ready(page: Page) -> Page:
    """Wait until the workbench is at work."""
    expect(page.locator(READY)).to_have_count(1)
    return page


def come(page: Page, address: str) -> Page:
    page.goto(address)
    return ready(page)


def kept(page: Page) -> Page:
    """Wait until what was written to the browser's store is on the disk, as it is in the moments
    that a person takes to leave a page.
    """
    page.evaluate(
        """async () => {
            const [{ name }] = await indexedDB.databases();
            const request = indexedDB.open(name);
            const db = await new Promise((go) => { request.onsuccess = () => go(request.result); });
            const reading = db.transaction(["entries", "drafts"]);
            reading.objectStore("drafts").count();
            await new Promise((go) => { reading.oncomplete = go; });
            db.close();
        }"""
    )
    return page


def come_again(page: Page) -> Page:
    kept(page).reload()
    return ready(page)


def come_back(page: Page) -> Page:
    page.go_back()
    return ready(page)


class Held:
    """The requests that this page makes from now on to addresses with this part: they wait in the
    page itself, so that one knows when they are there.
    """

    HOLD = """(part) => {
        window.held = [];
        const real = window.fetch;
        window.fetch = (url, ...how) => (String(url).includes(part)
            ? new Promise((go) => held.push(() => go(real(url, ...how))))
            : real(url, ...how));
    }"""

    def __init__(self, page: Page, part: str) -> None:
        self.page, self.part, self.count = page, part, 0
        page.evaluate(self.HOLD, part)

    def when(self, act: Callable[[], object]) -> None:
        """Do something that leads to one more request, and hold that."""
        act()
        self.count += 1
        self.page.wait_for_function("(count) => held.length === count", arg=self.count)

    def answer(self, *numbers: int) -> None:
        """Let these be answered, in this order; they are counted from 0."""
        for number in numbers:
            with self.page.expect_response(lambda response: self.part in response.url):
                self.page.evaluate("(number) => held[number]()", number)


class Waiting:
    """The next request to an address with this part, be it for a page or from a script: it waits
    until the test lets it go.
    """

    def __init__(self, page: Page, part: str) -> None:
        self.page, self.pattern = page, f"**{part}**"
        self.routes: list[Route] = []
        page.route(self.pattern, lambda route: self.routes.append(route), times=1)

    def when(self, key: str) -> None:
        with self.page.expect_request(self.pattern):
            self.page.keyboard.press(key)

    def go(self) -> None:
        self.routes[0].continue_()
