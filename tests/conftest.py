"""What every test shares: a database of its own, started before Django reads its settings, and a home of its own."""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from commands.stack.ephemeral_database import ephemeral_database

SESSION = contextlib.ExitStack()


def _own_home() -> None:
    home = Path(SESSION.enter_context(tempfile.TemporaryDirectory(prefix="guichet-")))
    os.environ["GUICHET_HOME"] = str(home)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = SESSION.enter_context(ephemeral_database(home))


def _configure_django() -> None:
    if settings.configured:
        sys.exit("Django was configured before its database was there: leave DJANGO_SETTINGS_MODULE unset for pytest")
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django  # noqa: PLC0415 - only now can its settings be read

    django.setup()


_own_home()
_configure_django()


def pytest_unconfigure() -> None:
    SESSION.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let the tests empty their tables between them, with the right that only a table's owner has."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by then

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'never_emptied'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_emptied")
