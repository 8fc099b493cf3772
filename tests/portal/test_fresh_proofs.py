"""What is sensitive is done with a proof of the last five minutes: whoever sits down at a browser left open does not (§4.4)."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from portal.pages.routing import Freshness, declared

SENSITIVE = {
    "keys and certificates of a sender": (
        "report-ssh-keys",
        "report-ftp-password",
        "report-ftp-certificates",
        "report-ftp-networks",
        "report-web-new",
        "report-web-key-new",
        "report-certificates",
        "report-certificate-withdraw",
    ),
    "a sender that delivers": ("report-activate", "report-resume", "report-retire", "report-access-step"),
    "appointments": (
        "people-appoint",
        "people-take-up",
        "people-resign",
        "people-manager",
        "own-appointment-accept",
        "access-declaration-step",
        "access-file-step",
    ),
    "passwords": ("people-password", "company-password-off", "company-password-on"),
    "mandates": ("mandate-offer", "mandate-step"),
}
NAMES = [name for names in SENSITIVE.values() for name in names]


def every_route(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern)
        else:
            yield pattern


@pytest.mark.parametrize("name", NAMES)
def test_what_is_sensitive_needs_a_fresh_proof(name: str):
    views = [route.callback for route in every_route(get_resolver()) if route.name == name]

    assert [declared(view).freshness for view in views] == [Freshness.RECENT]
