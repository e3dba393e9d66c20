"""The settings for tests, with the page of a bare text beside the product's (bare.py)."""

from tests.settings import *  # noqa: F403  # this module is those settings, with an address more

ROOT_URLCONF = "tests.browser.bare"
