"""Requests that are not what they seem: refused with HTTP's own status, told once, nothing sealed."""

import base64
import hashlib
import json

import pytest

from channels.models import StagedFile
from channels.web.multipart import MAX_FILES
from channels.web.problems import Problem, ProblemKind
from evidence.models import Submission
from portal.http_worker import HEAD_BYTES
from tests.dimona_files import a_payload, an_in
from tests.web.conftest import Web, start_server
from tests.web.raw_requests import BOUNDARY, a_head, ask, multipart, status

PAYLOAD = a_payload(an_in())


def whole_set(web: Web) -> bytes:
    key = web.next_key()
    return multipart([(f"FI.{key}.1.1", PAYLOAD), (f"FS.{key}.1.1", web.bench.sign(PAYLOAD))])


SMUGGLED = {
    "a length and chunks": (None, "Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
    "chunks and a length": (None, "Transfer-Encoding: chunked\r\nContent-Length: {length}\r\n"),
    "chunks": (None, "Transfer-Encoding: chunked\r\n"),
    "two lengths": (None, "Content-Length: {length}\r\nContent-Length: 5\r\n"),
    "one length twice": (None, "Content-Length: {length}\r\nContent-Length: {length}\r\n"),
    "lengths in a list": (None, "Content-Length: {length}, 5\r\n"),
    "a length with a sign": (None, "Content-Length: +{length}\r\n"),
    "a length in hexadecimal": (None, "Content-Length: 0x10\r\n"),
    "a length with a blank inside": (None, "Content-Length: 1 0\r\n"),
    "a length beyond counting": (None, "Content-Length: 99999999999999999999999\r\n"),
    "a negative length": (None, "Content-Length: -1\r\n"),
    "chunks misspelt": (None, "Transfer-Encoding: xchunked\r\n"),
    "chunks with a vertical tab": (None, "Transfer-Encoding: \x0bchunked\r\n"),
    "identity": (None, "Transfer-Encoding: identity\r\n"),
    "a folded header": ("{length}", "X-Folded: one\r\n two\r\n"),
    "a folded length": (None, "Content-Length:\r\n {length}\r\n"),
    "a blank before the colon": (None, "Content-Length : {length}\r\n"),
    "a bare CR in a header": ("{length}", "X-Bare: a\rContent-Length: 5\r\n"),
    "a NUL in a header": ("{length}", "X-Nul: a\0b\r\n"),
    "a header without a name": ("{length}", ": nothing\r\n"),
    "a line that is no header": ("{length}", "nonsense\r\n"),
}


def test_an_ambiguous_head_is_refused(web: Web):
    body, token, wrong = whole_set(web), web.token(), {}
    for deviation, (length, extra) in SMUGGLED.items():
        mark = len(web.server.log)
        head = a_head(token, length=len(body) if length else None, extra=extra.format(length=len(body)))
        answer = ask(web, head + body)
        told = [line for line in web.server.log_since(mark) if str(line["event"]).endswith("refused")]
        if status(answer) not in {400, 411, 413} or len(told) != 1 or "Traceback" in web.server.log[mark:]:
            wrong[deviation] = (answer[:60], told)

    assert wrong == {}
    assert not Submission.objects.exists()
    assert not StagedFile.objects.exists()


def test_bytes_behind_a_body_are_no_second_delivery(web: Web):
    """What follows a request is read as the next request, never as part of this one."""
    body, token = whole_set(web), web.token()
    answer = ask(web, a_head(token, length=len(body)) + body + b"GO GO GO")

    assert status(answer) == 202
    assert Submission.objects.count() == 1


def test_a_lying_length_seals_nothing(web: Web):
    body, token, wrong = whole_set(web), web.token(), {}
    for declared in (len(body) - 10, len(body) // 2, len(body) + 1, len(body) + 5000, 1, 600 * 1024**2):
        answer = ask(web, a_head(token, length=declared) + body)
        if status(answer) not in {400, 408, 413}:
            wrong[declared] = answer[:80]

    assert wrong == {}
    assert not Submission.objects.exists()


def test_a_body_that_is_no_list_of_files_is_refused(web: Web):
    good = web.files(PAYLOAD)
    name = good[0][1][0]
    one = [(name, PAYLOAD)]
    plain = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'.encode()
    end = f"\r\n--{BOUNDARY}--\r\n".encode()
    bodies = {
        "not closed": multipart(one, closed=False),
        "cut in a boundary": multipart(one)[:-6],
        "empty": b"",
        "only its end": end,
        "another boundary": multipart(one).replace(BOUNDARY.encode(), b"another"),
        "another field": multipart(one, field="payload"),
        "no file name": f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"\r\n\r\nx'.encode() + end,
        "no disposition": f"--{BOUNDARY}\r\n\r\nx".encode() + end,
        "two files of one name": multipart(one * 2),
        "thousands of parts": multipart([(f"FI.{i}", b"") for i in range(3000)]),
        "one part too many": multipart([(f"FI.{i}", b"") for i in range(MAX_FILES + 1)]),
        "a giant header": plain + b"X-Giant: " + b"x" * 100_000 + b"\r\n\r\nx" + end,
        "many headers": plain + b"".join(b"X-%d: x\r\n" % i for i in range(100)) + b"\r\nx" + end,
        "a header twice": plain + plain.partition(b"\r\n")[2] + b"\r\nx" + end,
        "base64": plain + b"Content-Transfer-Encoding: base64\r\n\r\nx" + end,
        "a header without a colon": plain + b"nonsense\r\n\r\nx" + end,
        "something behind its end": multipart(one) + multipart(one),
        "no multipart at all": PAYLOAD,
    }
    token, wrong = web.token(), {}
    for deviation, body in bodies.items():
        mark = len(web.server.log)
        answer = ask(web, a_head(token, length=len(body)) + body)
        told, lines = web.server.log_since(mark), web.server.log[mark:].splitlines()
        said = [(line["event"], line["source"]) for line in told]
        if status(answer) not in {400, 422} or said != [("web request refused", "127.0.0.1")] or len(lines) != 1:
            wrong[deviation] = (answer[:200], lines)

    assert wrong == {}
    assert not Submission.objects.exists()
    assert not StagedFile.objects.exists()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        (f"multipart/form-data; boundary={'x' * 300}", 400),
        ("multipart/mixed; boundary=x", 415),
        ("application/json", 415),
        ("", 415),
    ],
)
def test_a_media_type_without_a_usable_boundary_is_refused(web: Web, kind: str, expected: int):
    body = whole_set(web)

    assert status(ask(web, a_head(web.token(), length=len(body), kind=kind) + body)) == expected


def test_without_a_token_no_body_is_taken(web: Web):
    """The refusal comes while the body is still being sent, and nothing of it reaches the disk."""
    before = {path for path in web.server.home.rglob("*") if path.is_file()}
    answer = ask(web, a_head("nonsense", length=300 * 1024**2) + b"x" * 200_000)

    assert status(answer) == 401
    assert b"connection: close" in answer.lower()
    assert {path for path in web.server.home.rglob("*") if path.is_file()} == before


def test_a_client_that_expects_to_be_asked_is_not_asked_for_a_refused_body(web: Web):
    answer = ask(web, a_head("nonsense", length=5, extra="Expect: 100-continue\r\n"))

    assert status(answer) == 401


def test_chunks_are_refused_by_the_problem_that_is_documented(web: Web):
    answer = ask(web, a_head(web.token(), length=None, extra="Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body) == json.loads(
        Problem(ProblemKind.LENGTH_REQUIRED, "a body comes with a Content-Length, not in chunks").response().content
    )


@pytest.mark.parametrize(
    "head",
    [b"GET /api/v1/answers HTTP/1.1\r\nHost: localhost\r\nX-Giant: ", b"GET /api/v1/answers?limit="],
    ids=["header", "address"],
)
@pytest.mark.parametrize("size", [HEAD_BYTES * 5, 20 * HEAD_BYTES])
def test_a_head_that_grows_without_end_is_refused(web: Web, head: bytes, size: int):
    mark = len(web.server.log)
    answer = ask(web, head + b"x" * size)

    said, _, body = answer.partition(b"\r\n\r\n")
    expected = Problem(ProblemKind.HEAD_TOO_LONG, f"address and headers have at most {HEAD_BYTES} bytes")
    assert (status(answer), b"connection: close" in said) == (431, True)
    assert json.loads(body) == json.loads(expected.response().content)
    told = [(line["event"], line["source"], line["reason"]) for line in web.server.log_since(mark)]
    assert told == [("http request refused", "127.0.0.1", "head too long")]


def test_pages_take_no_large_body(web: Web):
    answer = ask(web, a_head("", length=50 * 1024**2, request="POST /health") + b"x" * 1000)

    assert status(answer) == 413


def test_a_host_that_is_not_ours_is_refused(web: Web):
    request = a_head(web.token(), length=None, request="GET /api/v1/answers").replace(b"localhost", b"evil.example")

    assert status(ask(web, request)) == 400


def test_a_method_that_is_not_offered_is_told_which_are(web: Web):
    with web.http() as http:
        answer = http.post("/api/v1/answers")

    assert (answer.status_code, sorted(answer.headers["Allow"].split(", "))) == (405, ["GET", "HEAD"])
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_method_that_is_not_offered_is_told_before_its_body_is_judged(web: Web):
    with web.http() as http:
        answer = http.put("/api/v1/presenceRegistrations/registerInBulk", json={"items": [{}]})

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_body_where_none_is_taken_is_too_large(web: Web):
    with web.http() as http:
        answer = http.request("GET", "/api/v1/answers", content=b"{}")

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/answers/a%2fb", "/api/v1/answers/%00", "/api/", "/api/v1/"]
)
def test_an_unknown_address_is_not_found_with_a_token_and_unknown_without(web: Web, path: str):
    with web.http() as http:
        assert http.get(path).status_code == 404
    with web.server.client() as http:
        assert http.get(path).status_code == 401


def test_every_answer_has_the_headers_of_security_and_of_the_rate(web: Web):
    with web.http() as http:
        answer = http.get("/api/v1/answers")

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Server" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert [name for name in ("Limit", "Remaining", "Reset") if f"RateLimit-{name}" not in answer.headers] == []


def test_the_description_and_its_page_are_open_and_load_nothing(web: Web):
    with web.server.client() as http:
        described = http.get("/api/v1/openapi.json").json()
        page = http.get("/api/v1/docs")

    assert described["openapi"].startswith("3.1.")
    assert all(path in page.text for path in described["paths"])
    assert "<script" not in page.text
    assert "//" not in page.text


def test_the_page_has_a_style_that_its_policy_allows_and_fits_a_narrow_screen(web: Web):
    with web.server.client() as http:
        page = http.get("/api/v1/docs")

    _, _, rest = page.text.partition("<style>")
    style = base64.b64encode(hashlib.sha256(rest.partition("</style>")[0].encode()).digest()).decode()
    assert f"style-src 'sha256-{style}'" in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert '<meta name="viewport"' in page.text
    assert "prefers-color-scheme: dark" in page.text


def test_every_operation_has_an_id_of_its_own(web: Web):
    with web.server.client() as http:
        paths = http.get("/api/v1/openapi.json").json()["paths"]

    ids = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert sorted(set(ids)) == sorted(ids)


def test_a_value_that_cannot_be_used_is_logged_once_with_its_source(web: Web):
    mark = len(web.server.log)
    with web.http() as http:
        answer = http.get("/api/v1/answers", params={"limit": "many"})

    lines = [line for line in web.server.log_since(mark) if line["event"] == "web request refused"]
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:guichet:problem:request-invalid")
    assert [(line["problem"], line["source"]) for line in lines] == [("request-invalid", "127.0.0.1")]


def test_nobody_but_a_proxy_that_is_named_tells_another_source(web: Web):
    mark = len(web.server.log)
    with web.http() as http:
        http.get("/api/v1/answers", params={"limit": "many"}, headers={"X-Forwarded-For": "203.0.113.9"})

    lines = [line for line in web.server.log_since(mark) if line["event"] == "web request refused"]
    assert [line["source"] for line in lines] == ["127.0.0.1"]


def test_who_shows_forged_tokens_again_and_again_is_told_to_wait(django_db_setup, tmp_path_factory):
    """Whoever has one address of a network has all of them."""
    settings = {"GUICHET_WEB_FAILURES_PER_MINUTE": "30", "GUICHET_TRUSTED_PROXIES": "127.0.0.1"}
    server = start_server(tmp_path_factory.mktemp("strict"), **settings)
    try:
        with server.client(headers={"Authorization": "Bearer forged"}) as http:
            answers = [
                http.get("/api/v1/answers", headers={"X-Forwarded-For": f"2001:db8::{number}"}) for number in range(8)
            ]
            of_another = http.get("/api/v1/answers", headers={"X-Forwarded-For": "2001:db8:0:1::1"})
    finally:
        server.process.terminate()
        server.process.wait(30)

    assert [answer.status_code for answer in answers[:5]] == [401] * 5
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")
    assert of_another.status_code == 401
