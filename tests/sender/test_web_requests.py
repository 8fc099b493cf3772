"""What the web session makes of answers that the real door seldom gives."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey

from domain.environments import Tray
from sender.sessions.contract import (
    CounterRefusesError,
    CounterTroubleError,
    LineLostError,
    RemoteFile,
    told_in_sentences,
)
from sender.sessions.web import WebSession
from sender.sessions.web_requests import MOST_PAUSES, WebRequests
from sender.sessions.web_tokens import ClientKey, Tokens
from sender.troubles import SenderError

KEY = ec.generate_private_key(ec.SECP256R1())
GO = RemoteFile(Tray.IN, "GO.DIMN.123456.20260415.00001.R.1")
FI = RemoteFile(Tray.IN, "FI.DIMN.123456.20260415.00001.R.1.1")
NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
Answer = Callable[[httpx.Request], httpx.Response]


class Counter:
    """A counter that gives tokens, and answers everything else as it is told, the last answer for ever."""

    def __init__(self, *answers: httpx.Response | Exception, token: httpx.Response | None = None) -> None:
        self.answers = list(answers)
        self.token = token
        self.asked: list[httpx.Request] = []
        self.exchanged: list[str] = []
        self.pauses: list[float] = []
        self.now = NOON
        self.http = httpx.Client(transport=httpx.MockTransport(self.answer), base_url="https://counter.example")
        self.requests = WebRequests(self.http, tokens=self.tokens, pause=self.pauses.append)
        self.session = WebSession(self.requests)

    def tokens(self, line: WebRequests) -> Tokens:
        return Tokens(
            line.exchange,
            client="self_service_chaman_123456_0123456789",
            key=ClientKey.of(KEY, name=None, source="client.pem"),
            audience="https://counter.example/api/oauth/token",
            clock=lambda: self.now,
            randomness=bytes,
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if request.url.path == "/api/oauth/token":
            self.exchanged.append(request.content.decode())
            return self.token or httpx.Response(
                200, json={"access_token": f"t{len(self.exchanged)}", "expires_in": 600}
            )
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)


def a_problem(status: int, slug: str, detail: str = "detail", code: str = "", **headers: str) -> httpx.Response:
    told = {"type": f"urn:guichet:problem:{slug}", "title": "Some title", "status": status, "detail": detail}
    return httpx.Response(status, json=told | ({"code": code} if code else {}), headers=headers)


ARRIVED = httpx.Response(200, json={"name": "FI", "received": 7})


def test_pause_that_the_counter_asks_for_is_made() -> None:
    busy = a_problem(429, "too-many-requests", **{"Retry-After": "7"})
    counter = Counter(busy, busy, ARRIVED)
    assert counter.session.size_of(FI) == 7
    assert counter.pauses == [7.0, 7.0]


def test_pause_is_made_before_a_token_too() -> None:
    counter = Counter(ARRIVED, token=httpx.Response(429, headers={"Retry-After": "2"}))
    with pytest.raises(CounterTroubleError):
        counter.session.size_of(FI)
    assert counter.pauses == [2.0] * MOST_PAUSES


def test_counter_that_is_always_busy_is_given_up() -> None:
    counter = Counter(a_problem(429, "too-many-requests"))
    with pytest.raises(CounterTroubleError, match="some title: detail"):
        counter.session.size_of(FI)
    assert counter.pauses == [1.0] * MOST_PAUSES


def test_pause_that_is_too_long_is_left_to_the_person() -> None:
    counter = Counter(a_problem(503, "temporary-trouble", **{"Retry-After": "3600"}))
    with pytest.raises(CounterTroubleError):
        counter.session.size_of(FI)
    assert counter.pauses == []


def test_file_is_not_sent_again_by_itself_when_the_counter_had_trouble_with_it() -> None:
    counter = Counter(a_problem(503, "temporary-trouble", **{"Retry-After": "5"}))
    with pytest.raises(CounterTroubleError):
        counter.session.upload(FI, io.BytesIO(b"content"), offset=0, size=7)
    assert [len(counter.asked), counter.pauses] == [1, []]


def test_body_is_sent_whole_again_after_a_pause() -> None:
    counter = Counter(a_problem(429, "too-many-requests"), ARRIVED)
    counter.session.upload(FI, io.BytesIO(b"content"), offset=0, size=7)
    assert [request.content for request in counter.asked] == [b"content", b"content"]


def test_token_is_kept_and_renewed_before_its_end() -> None:
    counter = Counter(ARRIVED)
    for minutes in (0, 8, 1, 5):
        counter.now += timedelta(minutes=minutes)
        counter.session.size_of(FI)
    assert [request.headers["Authorization"] for request in counter.asked] == [
        *("Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2"),
    ]


def test_token_that_is_refused_twice_ends_the_session() -> None:
    counter = Counter(a_problem(401, "token-invalid"))
    with pytest.raises(SenderError, match="lets this client in no more") as told:
        counter.session.size_of(FI)
    assert told.value.exit_code == 3
    assert len(counter.exchanged) == 2


def test_assertion_says_what_the_counter_expects() -> None:
    counter = Counter(ARRIVED)
    counter.session.size_of(FI)
    form = httpx.QueryParams(counter.exchanged[0])
    public = ECKey.import_key(KEY.public_key())
    signed = jwt.decode(form["client_assertion"], public, algorithms=["ES256"])
    assert form["grant_type"] == "client_credentials"
    assert signed.header["kid"] == public.thumbprint()
    assert signed.claims["aud"] == "https://counter.example/api/oauth/token"
    assert signed.claims["iss"] == signed.claims["sub"] == "self_service_chaman_123456_0123456789"
    assert signed.claims["exp"] - signed.claims["iat"] == 60


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 1024)],  # noqa: S505 - refused for it
)
def test_key_that_speaks_for_no_client_is_told(key: object) -> None:
    with pytest.raises(SenderError, match="RS256 and ES256 alone"):
        ClientKey.of(key, name=None, source="client.pem")


def test_go_ahead_that_did_not_seal_is_told() -> None:
    counter = Counter(httpx.Response(200, json={"name": GO.name, "received": 0, "is_closed": True}))
    with pytest.raises(SenderError, match="did not seal its set") as told:
        counter.session.upload(GO, io.BytesIO(), offset=0, size=0)
    assert "--again" in told.value.next_step


def test_file_that_arrived_whole_is_not_sent_again() -> None:
    counter = Counter(ARRIVED)
    counter.session.upload(FI, io.BytesIO(b"content"), offset=7, size=7)
    assert counter.asked == []


def test_file_that_arrived_whole_and_is_not_closed_is_sent_anew() -> None:
    found = httpx.Response(200, json={"name": FI.name, "received": 7, "is_closed": False})
    counter = Counter(found, ARRIVED)
    assert counter.session.size_of(FI) == 7
    counter.session.upload(FI, io.BytesIO(b"content"), offset=7, size=7)
    assert [request.content for request in counter.asked] == [b"", b"content"]


@pytest.mark.parametrize("size", [6, 8])
def test_file_that_changes_while_it_is_sent_is_never_sent_whole(size: int) -> None:
    counter = Counter(ARRIVED)
    with pytest.raises(SenderError, match="Make sure that nothing else writes"):
        counter.session.upload(FI, io.BytesIO(b"content"), offset=0, size=size)
    assert counter.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (a_problem(409, "conflict"), CounterTroubleError),
        (a_problem(413, "staging-full"), CounterTroubleError),
        (a_problem(416, "range-not-expected"), CounterTroubleError),
        (a_problem(500, "unforeseen-trouble"), CounterTroubleError),
        (a_problem(408, "body-too-slow"), LineLostError),
        (a_problem(422, "name-not-taken"), CounterRefusesError),
        (a_problem(403, "scope-missing", code="ACRF-154"), CounterRefusesError),
        (httpx.Response(502, text="<html>Bad Gateway</html>"), CounterTroubleError),
        (httpx.Response(404, text="<html>Not here</html>"), CounterTroubleError),
        (httpx.Response(301, headers={"Location": "https://elsewhere.example"}), CounterTroubleError),
        (httpx.Response(200, text="no object"), CounterTroubleError),
        (httpx.Response(200, json={"received": "7"}), CounterTroubleError),
        (httpx.Response(308, json={"received": 7}), CounterTroubleError),
        (httpx.Response(200, json={"received": 6}), SenderError),
        (httpx.ReadError("reset"), LineLostError),
        (httpx.RemoteProtocolError("hung up"), LineLostError),
        (httpx.DecodingError("no gzip"), CounterTroubleError),
    ],
)
def test_answers_become_the_troubles_that_every_session_has(
    answer: httpx.Response | Exception, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        Counter(answer).session.upload(FI, io.BytesIO(b"content"), offset=0, size=7)


def test_problem_is_told_with_its_code_and_the_next_step() -> None:
    counter = Counter(a_problem(422, "set-incomplete", "a payload is missing", "ACRF-120"))
    with pytest.raises(SenderError) as told, told_in_sentences("sending FI"):
        counter.session.upload(FI, io.BytesIO(b"content"), offset=0, size=7)
    assert told.value.what == "The counter refuses sending FI: some title: a payload is missing (ACRF-120)."
    assert told.value.next_step == "Send every part, each announcing the same number as the GO."


def test_every_page_of_answers_is_listed() -> None:
    def page(place: int, following: str | None) -> httpx.Response:
        answer = {"name": f"FO.ACRF.999999.20260415.0000{place}.R", "size": 5, "place": place}
        return httpx.Response(200, content=json.dumps({"answers": [answer], "next": following}).encode())

    counter = Counter(page(1, "/api/v1/answers?after=1"), page(2, None))
    names = counter.session.names_in(Tray.OUT)
    assert [name[:2] + name[-3:] for name in names] == [f"{prefix}{n}.R" for n in "12" for prefix in ("FO", "FS", "GO")]
    assert counter.asked[1].url.params["after"] == "1"
    assert counter.session.size_of(RemoteFile(Tray.OUT, names[0])) == 5


@pytest.mark.parametrize("told", [{"answers": None}, {"answers": [1]}, {"answers": [{"name": "FO"}], "next": "x"}])
def test_list_that_cannot_be_read_is_trouble(told: dict[str, object]) -> None:
    with pytest.raises(CounterTroubleError):
        Counter(httpx.Response(200, json=told)).session.names_in(Tray.OUT)


def test_something_else_than_a_counter_gives_no_token() -> None:
    with pytest.raises(CounterTroubleError, match="status 404"):
        Counter(ARRIVED, token=httpx.Response(404, text="<html>")).session.size_of(FI)
