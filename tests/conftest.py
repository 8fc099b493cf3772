"""What every test shares: a database of its own, started before Django reads its settings, and a home of its own."""

import contextlib
import gc
import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
import structlog
from django.conf import settings
from xdist.scheduler import LoadScopeScheduling

from commands.authority import Authority, certificate_pem
from commands.stack.embedded_server import EmbeddedServer
from commands.stack.ephemeral_database import DATABASE, ephemeral_database
from tests import migrated_server

SESSION = contextlib.ExitStack()
OWN = ["GUICHET_HOME", "DJANGO_SETTINGS_MODULE"]
"""Variables that this process has set for itself."""
LONGEST = ("whole_stack", "stack", "commands", "portal", "web", "door", "ftp", "sender", "sftp_server", "registers")
"""Folders whose tests take longest, or wait most: what runs beside them shortens the wait."""
LONGEST_TEMPORARY = 40
"""Of a longer folder for temporary files the server chooses another one for its socket, and nobody knows which beforehand."""
TOGETHER = ("tests/whole_stack/", "tests/web/")
"""The tests of each share one running stack, or one running portal; of all other folders, the tests of one file stay together."""
ROOT = Path(__file__).resolve().parents[1]
LOOKS_APART = 100
"""Looks for garbage among younger things between two among all: ten times Python's own number, for the longest find least."""


gc.disable()
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def _own_home() -> None:
    home = Path(SESSION.enter_context(tempfile.TemporaryDirectory(prefix="guichet-")))
    os.environ["GUICHET_HOME"] = str(home)
    if os.environ.get("DATABASE_URL"):
        return
    OWN.append("DATABASE_URL")
    if migrated_server.PLACE in os.environ:  # started once the tests are collected, and these files are there
        os.environ["DATABASE_URL"] = EmbeddedServer(home).url(DATABASE)
    else:
        os.environ["DATABASE_URL"] = SESSION.enter_context(ephemeral_database(home))


def _configure_django() -> None:
    if settings.configured:
        sys.exit("Django was configured before its database was there: leave DJANGO_SETTINGS_MODULE unset for pytest")
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django  # noqa: PLC0415 - only now can its settings be read

    django.setup()
    from django.core.management import get_commands  # noqa: PLC0415 - likewise

    from tests.emptied_tables import Command  # noqa: PLC0415 - likewise

    get_commands()["flush"] = Command()


def _own_authorities() -> None:
    """Let the system know a single authority: all of the machine's are read in longer than most tests take, and none is asked."""
    if "SSL_CERT_FILE" in os.environ:
        return
    now = datetime.now(UTC)
    authority = Authority.create("Nobody's authority", at=now, lifetime=timedelta(days=2))
    file = Path(SESSION.enter_context(tempfile.TemporaryDirectory(prefix="guichet-"))) / "authorities.pem"
    file.write_text(certificate_pem(authority.identity.certificate), encoding="ascii")
    os.environ["SSL_CERT_FILE"] = str(file)
    OWN.append("SSL_CERT_FILE")


_own_home()
_own_authorities()
_configure_django()


def pytest_unconfigure() -> None:
    SESSION.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Import a share of the modules before all others: in a new clone each has its asserts rewritten by one process, not by all."""
    shared = getattr(session.config, "workerinput", None)
    if shared is None:
        return
    found = sorted(path for place in session.config.args for path in (ROOT / place).rglob("test_*.py"))
    own = int(shared["workerid"].removeprefix("gw"))
    for path in found[own :: shared["workercount"]]:
        with contextlib.suppress(ImportError, SyntaxError):  # told where it is collected
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that in the end no process is left alone with it."""
    places = {folder: place for place, folder in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.removeprefix("tests/").partition("/")[0], len(places)))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """From now on look for garbage, but never among what was imported and collected: it stays, and each look takes long."""
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], LOOKS_APART)
    gc.enable()


def pytest_xdist_setupnodes() -> None:
    """Let each process start a database server of its own: an open transaction of one would hold up another's chain."""
    SESSION.close()
    for name in OWN:
        del os.environ[name]
    if "DATABASE_URL" in OWN and len(tempfile.gettempdir()) <= LONGEST_TEMPORARY:
        os.environ[migrated_server.PLACE] = str(SESSION.enter_context(migrated_server.server_in_the_making()))


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """Start the server of a process whose tests are collected by now."""
    if migrated_server.PLACE in os.environ and hasattr(session.config, "workerinput"):
        home = Path(os.environ["GUICHET_HOME"])
        if any(_asks_the_database(item) for item in session.items):
            from django.db import connection  # noqa: PLC0415 - Django is set up by then

            migrated_server.copy_server(home)
            connection.settings_dict["TEST"]["TEMPLATE"] = DATABASE
        SESSION.enter_context(ephemeral_database(home))
    return (yield)


def _asks_the_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


class FilesBesideEachOther(LoadScopeScheduling):
    """Hands out whole files to processes, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        sharing = (folder for folder in TOGETHER if nodeid.startswith(folder))
        return next(sharing, nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesBesideEachOther:
    return FilesBesideEachOther(config, log)


@pytest.fixture(autouse=True)
def own_logging() -> None:
    """Let the product log as it does by itself: Airflow sets up the logging of whatever process imports it, without what is finer."""
    if structlog.is_configured():
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let the tests empty their tables between them, with the right that only a table's owner has."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by then

    from tests import emptied_tables  # noqa: PLC0415 - likewise

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        emptied_tables.let_be_emptied(cursor)
        emptied_tables.keep_seeded_rows()
