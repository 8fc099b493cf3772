"""Pages take short bodies; those that take files take longer ones, from who shows the id of a stay."""

import asyncio
from typing import Any

import pytest
from django.test import Client

from portal.application import FORM_AROUND, LONGEST_FILE_BODY, LONGEST_PAGE_BODY, TOO_LARGE, Portal
from portal.page_threads import Pages as RealPages

COOKIE = (b"cookie", b"__Host-session=some-id")
EVIDENCE = "/presences/132200000000001/correction"


class Pages:
    """Answers 200 to whatever is let through, and 413 to who is to be told why not; such a request has no body."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        is_told = scope["path"] == TOO_LARGE
        if is_told:
            assert await receive() == {"type": "http.request", "body": b"", "more_body": False}
            assert not {name for name, _ in scope["headers"]} & {b"content-length", b"transfer-encoding"}
        await send({"type": "http.response.start", "status": 413 if is_told else 200, "headers": []})


def status(path: str, length: int, *headers: tuple[bytes, bytes], longest_evidence: int = 10 * 1024**2) -> int:
    told: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "path": path, "headers": [(b"content-length", str(length).encode()), *headers]}
    asyncio.run(Portal(Pages(), None, longest_evidence=longest_evidence)(scope, receive, send))  # type: ignore[arg-type]
    return int(told[0]["status"])


CASES = {
    "a short form": ("/check-in", LONGEST_PAGE_BODY, (), 200),
    "a long form": ("/check-in", LONGEST_PAGE_BODY + 1, (COOKIE,), 413),
    "evidence": (EVIDENCE, LONGEST_FILE_BODY, (COOKIE,), 200),
    "evidence of an unknown event": ("/presences/corrections/new", LONGEST_FILE_BODY, (COOKIE,), 200),
    "evidence of an own unknown event": ("/check-in/corrections/new", LONGEST_FILE_BODY, (COOKIE,), 200),
    "evidence of a missing check-out": ("/presences/missing/132200000000001", LONGEST_FILE_BODY, (COOKIE,), 200),
    "evidence of somebody self-employed": (
        "/check-in/mine/132200000000001/correction",
        LONGEST_FILE_BODY,
        (COOKIE,),
        200,
    ),
    "evidence of a draft": ("/presences/corrections/C-20261123-0000001/evidence", LONGEST_FILE_BODY, (COOKIE,), 200),
    "evidence of an own draft": (
        "/check-in/corrections/C-20261123-0000001/evidence",
        LONGEST_FILE_BODY,
        (COOKIE,),
        200,
    ),
    "a request that is taken back": ("/presences/corrections/C-1/withdraw", LONGEST_FILE_BODY, (COOKIE,), 413),
    "a file to check": ("/deliveries/check", 5 * 1024**2, (COOKIE,), 200),
    "evidence that is too long": (EVIDENCE, LONGEST_FILE_BODY + 1, (COOKIE,), 413),
    "evidence of nobody": (EVIDENCE, LONGEST_FILE_BODY, (), 413),
    "a path that only begins so": (f"{EVIDENCE}/x", LONGEST_FILE_BODY, (COOKIE,), 413),
    "a body of unknown length": (EVIDENCE, 1, (COOKIE, (b"transfer-encoding", b"chunked")), 413),
}


@pytest.mark.parametrize(("path", "length", "headers", "expected"), CASES.values(), ids=CASES)
def test_a_body_is_as_long_as_its_page_takes(path, length, headers, expected):
    assert status(path, length, *headers) == expected


@pytest.mark.parametrize("kept", [20 * 1024**2, 100 * 1024**2])
def test_evidence_that_its_setting_lets_be_larger_reaches_its_page(kept: int):
    lengths = (kept, kept + FORM_AROUND, kept + FORM_AROUND + 1)
    assert [status(EVIDENCE, length, COOKIE, longest_evidence=kept) for length in lengths] == [200, 200, 413]


@pytest.mark.parametrize(
    ("language", "told"),
    [("nl", "te groot"), ("fr", "trop volumineux"), ("de", "zu groß"), ("en", "The file is too large")],
)
@pytest.mark.django_db
def test_who_sends_too_much_is_told_in_his_language(client: Client, language: str, told: str):
    answer = client.get(TOO_LARGE, headers={"accept-language": language}, secure=True)

    assert (answer.status_code, answer.headers["Connection"]) == (413, "close")
    assert told in answer.text


def test_evidence_that_its_setting_wants_smaller_is_told_by_its_page():
    assert status(EVIDENCE, 5 * 1024**2, COOKIE, longest_evidence=1024) == 200


@pytest.mark.django_db
def test_the_page_that_tells_is_answered_by_the_real_pages():
    told: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    async def receive() -> dict[str, Any]:
        pytest.fail("nothing of the body is read")

    headers = [(b"host", b"localhost"), (b"accept-language", b"fr"), (b"content-length", b"60000000"), COOKIE]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": "/deliveries/check",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 443),
    }
    asyncio.run(Portal(RealPages(), None, longest_evidence=1)(scope, receive, send))  # type: ignore[arg-type]

    assert told[0]["status"] == 413
    assert "Le fichier est trop volumineux" in b"".join(message.get("body", b"") for message in told).decode()
