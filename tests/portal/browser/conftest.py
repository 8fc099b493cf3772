"""A browser on the running portal, with somebody signed in; the tables are filled once for a module."""

import os
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, expect, sync_playwright

from auth.locksmith import Locksmith
from registers.persons.numbers import PersonKeys
from tests.portal.browser.running_portal import RunningPortal, chromium, start_portal
from tests.portal.people import People, settle_people

PATIENCE_MS = 15_000
"""What a page is waited for where nothing else is said: a machine with much to do is slow, and right."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def portal(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    portal = start_portal(tmp_path_factory.mktemp("pages"))
    yield portal
    portal.stop()


@pytest.fixture(scope="module")
def browser(people: People) -> Iterator[Browser]:
    """Playwright's loop runs in this thread: Django then takes another connection, to the same database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    name = connection.settings_dict["NAME"]
    with sync_playwright() as playwright:
        connection.settings_dict["NAME"] = name
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--ignore-certificate-errors"]
        )
        yield browser
        browser.close()
        connection.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def people(portal: RunningPortal, django_db_blocker) -> Iterator[People]:
    """Everybody; what their sessions remember is signed with the secret of the running portal, which reads it."""
    secret = (portal.home / "keys" / "django_secret").read_text(encoding="ascii").strip()
    with django_db_blocker.unblock(), override_settings(SECRET_KEY=secret):
        keys = portal.home / "keys"
        yield settle_people(Locksmith.read(keys / "signing_in.json"), PersonKeys.read(keys / "persons.json"))
        call_command("flush", interactive=False, verbosity=0)
