"""What the portal's process really logs of requests: the page and what it met, and nothing of an address."""

import contextlib
from collections.abc import Iterator

import pytest
from django.db import connection

from auth.models import Session
from channels.models import AccessToken
from tests.web.conftest import Server, Web, start_server

NUMBER, NAME = "85011512355", "Vandersteen"
QUERY = f"?ssin={NUMBER}&name={NAME}"
STAY = {"Cookie": f"__Host-session={'x' * 32}"}


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A portal whose operator asks gunicorn for an access log, which would hold whole addresses."""
    server = start_server(tmp_path_factory.mktemp("logging"), GUNICORN_CMD_ARGS="--access-logfile -")
    yield server
    server.process.terminate()
    server.process.wait(30)


@contextlib.contextmanager
def without_table(name: str) -> Iterator[None]:
    """Trouble that nobody foresaw: a table is not there."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO set_aside")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE set_aside RENAME TO {name}")


def logged_of(web: Web, method: str, path: str, *, status: int, **headers: str) -> dict[str, object]:
    """Return the only line that a request with a number and a name in its address leaves in the log."""
    mark = len(web.server.log)
    with web.server.client() as http:
        answer = http.request(method, f"{path}{QUERY}", headers=headers)
    assert answer.status_code == status
    written = web.server.log[mark:]
    assert (NUMBER in written, NAME in written) == (False, False)
    (line,) = web.server.log_since(mark)
    assert len(written.splitlines()) == 1
    return line


def test_a_page_that_fails_unforeseen_is_logged_by_its_name(web: Web):
    with without_table(Session._meta.db_table):
        line = logged_of(web, "GET", f"/presences/{NUMBER}", status=500, **STAY)

    told = ("page failed unforeseen", "error", "presence", "GET", 500)
    assert tuple(line[each] for each in ("event", "level", "page", "method", "status")) == told
    assert "ProgrammingError" in str(line["exception"])


def test_an_address_that_leads_nowhere_is_not_logged(web: Web):
    line = logged_of(web, "GET", f"/nowhere/{NUMBER}", status=404)

    assert (line["event"], line["level"]) == ("page answered by an error", "warning")
    assert (line["page"], line["status"], line["logger"]) == ("", 404, "django.request")


def test_a_method_that_a_page_does_not_have_is_logged_by_its_name(web: Web):
    line = logged_of(web, "OPTIONS", f"/first-keys/{NUMBER}", status=405)

    assert (line["page"], line["method"], line["status"]) == ("first-keys-open", "OPTIONS", 405)


def test_a_form_from_elsewhere_is_logged_without_the_page_that_it_came_from(web: Web):
    came_from = f"https://elsewhere.example/{NUMBER}{QUERY}"
    line = logged_of(web, "POST", "/sign-in", status=403, Referer=came_from)

    assert (line["page"], line["status"], line["logger"]) == ("sign-in", 403, "django.security.csrf")


def test_a_request_to_the_web_service_that_fails_unforeseen_is_logged_by_its_method(web: Web):
    shown = f"Bearer {web.token()}"
    with without_table(AccessToken._meta.db_table):
        path = f"/api/v1/presenceRegistrations/{NUMBER}"
        line = logged_of(web, "GET", path, status=500, Authorization=shown)

    assert (line["event"], line["method"]) == ("web request failed unforeseen", "GET")


def test_a_request_that_is_answered_is_not_logged(web: Web):
    mark = len(web.server.log)
    with web.server.client() as http:
        assert http.get(f"/sign-in{QUERY}").status_code == 200

    assert web.server.log[mark:] == ""
