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
