"""Addresses that name nothing are answered with “not found”, whatever stands in them."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    "address",
    [
        "/p/sahel/releases/%00/",
        "/p/sahel/releases/1.0/",
        "/p/sahel/releases/1.0.0/",
        "/p/sahel/releases/%00/files/annotations.csv",
        "/p/sahel/releases/..%2F..%2F1.0.0/files/annotations.csv",
        "/codebooks/%00.css",
        "/codebooks/..%2Fapp.css",
        "/api/p/sahel/releases/%00/files/annotations.csv",
    ],
)
def test_what_names_nothing_is_not_found(address: str, as_cora: Client, project: object) -> None:
    assert as_cora.get(address).status_code == 404


@pytest.mark.parametrize("noun", ["articles", "sources", "releases"])
@pytest.mark.parametrize("cursor", ["cD0lMDA%3D", "cD1hYmM%3D", "%00", "cD0yMDI2"])
def test_a_cursor_that_no_page_gave_is_no_page(
    noun: str, cursor: str, as_cora: Client, project: object
) -> None:
    assert as_cora.get(f"/api/p/sahel/{noun}/?cursor={cursor}").status_code in {200, 404}
