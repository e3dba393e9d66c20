"""Coming to the workbench, which takes keys and clicks once the browser's store is open."""

from playwright.sync_api import Page, expect

READY = "#panel[data-ready]"


def ready(page: Page) -> Page:
    """Wait until the workbench is at work."""
    expect(page.locator(READY)).to_have_count(1)
    return page


def come(page: Page, address: str) -> Page:
    page.goto(address)
    return ready(page)


def come_again(page: Page) -> Page:
    page.reload()
    return ready(page)


def come_back(page: Page) -> Page:
    page.go_back()
    return ready(page)
