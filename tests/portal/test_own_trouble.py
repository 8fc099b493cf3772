"""A page that meets our own trouble says that it is ours, what became of what was sent, and when to try again (503)."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as installed
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from structlog.testing import capture_logs

from domain.refusals import OutageError
from portal.page_threads import Pages
from portal.pages.routing import public_page
from portal.spool import NotKeptError, counter_spool
from tests.sender.narrow_disk import no_file_larger_than

LARGE = b"x" * (installed.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)
ROOM = 64 * 1024
SECRET = "no-log-may-hold-this"


@public_page
def troubled(request: HttpRequest, how: str) -> HttpResponse:
    match how:
        case "database":
            raise OperationalError("connection to server at 192.0.2.7 failed")
        case "download":
            with counter_spool().open(in_memory=1) as file:
                file.write(b"12")
                return HttpResponse(file)
        case "upload":
            return HttpResponse(f"{len(request.FILES)} file")
        case _:
            raise OutageError(f"somebody else's trouble: {how}")


urlpatterns = [path("", include("portal.urls")), path("troubled/<str:how>", troubled)]
handler500 = "portal.pages.failures.broken"

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What the log is told; nothing of it is written, for where the disk is narrow no file grows."""
    with capture_logs() as told:
        yield told


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


@pytest.fixture
def no_spool(settings: Any, tmp_path: Path) -> None:
    """A room for working files that takes none."""
    (tmp_path / "spool").write_bytes(b"no folder")
    settings.GUICHET = replace(settings.GUICHET, home=tmp_path)


def a_file() -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("large.xml", LARGE)}


def require_told(answer: Any) -> str:
    """Return what the page says, which is no error page but one of trouble that passes."""
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120")
    assert "no-store" in answer.headers["Cache-Control"]
    text: str = answer.content.decode()
    assert "That is our trouble, not yours" in text
    assert "Wait 2 minutes, then try again." in text
    return text


@pytest.mark.parametrize("how", ["database", "keys"])
def test_who_only_looks_is_told_that_nothing_sent_before_is_lost(visitor: Client, how: str):
    assert "Nothing that you sent before is lost." in require_told(visitor.get(f"/troubled/{how}", secure=True))


@pytest.mark.usefixtures("no_spool")
def test_a_download_without_a_room_for_it_is_told(visitor: Client):
    require_told(visitor.get("/troubled/download", secure=True))


def test_a_download_for_which_the_disk_is_full_is_told(visitor: Client):
    with no_file_larger_than(1):
        require_told(visitor.get("/troubled/download", secure=True))


@pytest.mark.usefixtures("no_spool")
def test_a_file_that_could_not_be_kept_is_said_not_to_have_been(visitor: Client):
    text = require_told(visitor.post("/troubled/upload", a_file(), secure=True))
    assert "Nothing of what you sent just now was kept." in text


def test_a_file_for_which_the_disk_is_full_is_said_not_to_have_been_kept(visitor: Client):
    with no_file_larger_than(ROOM):
        text = require_told(visitor.post("/troubled/upload", a_file(), secure=True))
    assert "Nothing of what you sent just now was kept." in text


def test_what_was_sent_to_a_page_that_then_failed_may_not_have_been_kept(visitor: Client):
    text = require_told(visitor.post("/troubled/database", {"a": "b"}, secure=True))
    assert "What you sent just now may not have been kept." in text
    assert "nothing is done twice" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Dat ligt aan ons, niet aan u"),
        ("fr", "Le problème vient de nous, pas de vous"),
        ("de", "Das liegt an uns, nicht an Ihnen"),
        ("en", "That is our trouble, not yours"),
    ],
)
def test_it_is_told_in_the_language_of_the_reader(visitor: Client, language: str, words: str):
    assert words in visitor.get(f"/troubled/keys?language={language}", secure=True).content.decode()


def test_a_program_is_told_as_data(visitor: Client):
    answer = visitor.get("/troubled/database", secure=True, headers={"accept": "application/json"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "temporary_trouble"


def test_the_operator_is_told_once_without_the_address_of_the_page(visitor: Client, logged: list[Any], caplog: Any):
    with caplog.at_level(logging.DEBUG):
        visitor.get(f"/troubled/{SECRET}?{SECRET}", secure=True)
    (line,) = logged

    assert (line["event"], line["log_level"]) == ("page failed by our own trouble", "error")
    assert isinstance(line["exc_info"], OutageError)
    assert line["method"] == "GET"
    assert SECRET not in str({key: value for key, value in line.items() if key != "exc_info"})
    assert "Service Unavailable" not in caplog.text


def sent_to(pages: Pages, *pieces: bytes) -> list[dict[str, Any]]:
    """Return what the whole application of pages answers to a form that comes in these pieces."""
    told: list[dict[str, Any]] = []
    coming = [
        {"type": "http.request", "body": piece, "more_body": at < len(pieces)} for at, piece in enumerate(pieces, 1)
    ]

    async def receive() -> dict[str, Any]:
        if coming:
            return coming.pop(0)
        return await asyncio.get_running_loop().create_future()

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "https",
        "path": "/deliveries/check",
        "query_string": b"",
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"multipart/form-data; boundary=x"),
            (b"content-length", str(sum(map(len, pieces))).encode()),
            (b"accept-language", b"nl"),
            (b"cookie", b"__Host-csrf=" + b"c" * 32),
            (b"referer", b"https://localhost/deliveries/check"),
        ],
    }
    asyncio.run(pages(scope, receive, send))
    assert not coming, "the client is answered while it still sends"
    return told


@pytest.mark.usefixtures("no_spool")
def test_a_body_that_could_not_be_kept_is_heard_to_its_end_and_told():
    start, *rest = sent_to(Pages(), LARGE, b"tail", b"end")
    headers = dict(start["headers"])

    assert (start["status"], headers[b"Retry-After"]) == (503, b"120")
    assert "Niets van wat u net verzond, is bewaard." in b"".join(each["body"] for each in rest).decode()


def test_a_body_for_which_the_disk_is_full_is_told():
    with no_file_larger_than(len(LARGE)):
        start, *_ = sent_to(Pages(), LARGE, b"tail" * ROOM, b"end")
    assert start["status"] == 503


@pytest.mark.usefixtures("no_spool")
def test_whoever_reads_a_body_that_could_not_be_kept_is_told_by_an_outage():
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": LARGE}

    with asyncio.run(Pages().read_body(receive)) as body, pytest.raises(NotKeptError):
        body.readline()
