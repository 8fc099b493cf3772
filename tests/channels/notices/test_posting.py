"""One attempt to tell a receiver, against every fault that a receiver or a network may have."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest

from channels.notices.outcomes import Failed, Gone, Outcome, Taken
from channels.notices.posting import Poster, trusting
from commands.authority import Authority
from domain.refusals import OutageError
from domain.webhook_addresses import WebhookAddress
from tests.channels.notices import receivers
from tests.channels.notices.receivers import NOW, Answering, Receiver, answer, receiving, server_context

LOOPBACK = frozenset({ip_network("127.0.0.0/8"), ip_network("::1/128")})
BODY = b'{"event":"answer.ready"}'


def poster(folder: Path, *, allowed=LOOPBACK, seconds: float = 5.0) -> Poster:
    return Poster(trusting(receivers.authority_file(folder)), allowed, seconds)


def told(
    folder: Path,
    answering: Answering,
    *,
    host: str = "localhost",
    seconds: float = 5.0,
    allowed=LOOPBACK,
    context=None,
) -> tuple[Outcome, Receiver]:
    async def tell() -> tuple[Outcome, Receiver]:
        async with receiving(context or server_context(folder), answering) as receiver:
            address = WebhookAddress.parse(receiver.address(host))
            sender = poster(folder, allowed=allowed, seconds=seconds)
            return await sender.post(address, BODY, {"webhook-id": "7"}), receiver

    return asyncio.run(tell())


@pytest.mark.parametrize("status", ["200 OK", "202 Accepted", "204 No Content"])
def test_a_receiver_that_answers_2xx_took_it(tmp_path: Path, status: str):
    outcome, receiver = told(tmp_path, answer(status))
    (request,) = receiver.seen
    assert outcome == Taken()
    assert (request.body, request.target, request.headers["webhook-id"]) == (BODY, "/told?of=answers", "7")
    assert request.headers["host"] == f"localhost:{receiver.port}"
    assert request.headers["content-type"] == "application/json"


def test_an_interim_answer_is_passed_over(tmp_path: Path):
    async def early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n")
        await answer("204 No Content")(reader, writer)

    assert told(tmp_path, early)[0] == Taken()


def test_a_receiver_that_answers_410_is_gone(tmp_path: Path):
    assert told(tmp_path, answer("410 Gone"))[0] == Gone()


@pytest.mark.parametrize(
    ("answering", "problem"),
    [
        (answer("500 Oops"), "it answered 500"),
        (answer("404 Not Found"), "it answered 404"),
        (receivers.reset, "broke off"),
        (receivers.gibberish, "does not speak HTTP"),
        (receivers.endless_head, "does not speak HTTP"),
    ],
)
def test_what_is_no_2xx_has_failed_with_a_clause(tmp_path: Path, answering: Answering, problem: str):
    outcome, _ = told(tmp_path, answering)
    assert isinstance(outcome, Failed)
    assert problem in outcome.problem


@pytest.mark.parametrize("answering", [receivers.silent, receivers.dripping], ids=["silent", "dripping"])
def test_an_attempt_ends_in_time_whatever_comes_meanwhile(tmp_path: Path, answering: Answering):
    assert told(tmp_path, answering, seconds=0.5)[0] == Failed("no answer within 0.5 seconds")


def test_a_body_without_end_is_not_read(tmp_path: Path):
    assert told(tmp_path, receivers.endless_body)[0] == Taken()


@pytest.mark.parametrize("place", ["https://localhost:{port}/", "https://127.0.0.1:{port}/", "http://169.254.169.254/"])
def test_a_redirect_is_not_followed(tmp_path: Path, place: str):
    async def tell() -> tuple[Outcome, int]:
        context = server_context(tmp_path)
        async with receiving(context, answer("200 OK")) as inside:
            elsewhere = answer("307 Temporary Redirect", f"location: {place.format(port=inside.port)}")
            async with receiving(context, elsewhere) as receiver:
                address = WebhookAddress.parse(receiver.address())
                return await poster(tmp_path).post(address, BODY, {}), inside.connections

    assert asyncio.run(tell()) == (Failed("it answered 307; redirects are not followed"), 0)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "127.1"])
def test_nothing_is_connected_to_at_an_address_that_is_not_public(tmp_path: Path, host: str):
    outcome, receiver = told(tmp_path, answer("200 OK"), host=host, allowed=frozenset())
    assert isinstance(outcome, Failed)
    assert outcome.problem == f"{host} leads to 127.0.0.1, which is no public address" or "::1" in outcome.problem
    assert receiver.connections == 0


def answering_names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let the resolver give these addresses for a name, one list a question; return the names that were asked for."""
    real, asked, left = socket.getaddrinfo, [], list(answers)

    def resolve(host, port, *more, **named):
        if host != "receiver.example":
            return real(host, port, *more, **named)
        asked.append(host)
        found = left.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_name_that_changes_its_mind_is_asked_once_an_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked = answering_names(monkeypatch, ["127.0.0.1"], ["127.0.0.9"])
    context = server_context(tmp_path, hosts=("receiver.example",))
    allowed = frozenset({ip_network("127.0.0.1/32")})
    outcome, receiver = told(tmp_path, answer("200 OK"), host="receiver.example", context=context, allowed=allowed)
    assert (outcome, receiver.connections, len(asked)) == (Taken(), 1, 1)


def test_one_inner_address_beside_a_public_one_is_one_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    answering_names(monkeypatch, ["192.88.98.1", "10.0.0.1"])
    outcome, _ = told(tmp_path, answer("200 OK"), host="receiver.example", allowed=frozenset())
    assert outcome == Failed("receiver.example leads to 10.0.0.1, which is no public address")


def test_the_next_address_is_tried_where_nothing_listens_at_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    answering_names(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    context = server_context(tmp_path, hosts=("receiver.example",))
    outcome, _ = told(tmp_path, answer("200 OK"), host="receiver.example", context=context)
    assert outcome == Taken()


def test_a_certificate_for_another_host_is_not_trusted(tmp_path: Path):
    context = server_context(tmp_path, hosts=("elsewhere.example",))
    outcome, receiver = told(tmp_path, answer("200 OK"), context=context)
    assert isinstance(outcome, Failed)
    assert "certificate is not trusted" in outcome.problem
    assert receiver.seen == []


def test_a_certificate_of_an_unknown_authority_is_not_trusted(tmp_path: Path):
    stranger = Authority.create("Stranger", at=NOW, lifetime=receivers.timedelta(days=2))
    context = server_context(tmp_path, authority=stranger)
    outcome, receiver = told(tmp_path, answer("200 OK"), context=context)
    assert isinstance(outcome, Failed)
    assert "certificate is not trusted" in outcome.problem
    assert receiver.seen == []


def post_to(folder: Path, place: str, *, seconds: float = 5.0) -> Outcome:
    return asyncio.run(poster(folder, seconds=seconds).post(WebhookAddress.parse(place), BODY, {}))


def test_a_port_where_nothing_listens_refuses(tmp_path: Path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        outcome = post_to(tmp_path, f"https://127.0.0.1:{port}/")
    assert outcome == Failed("no connection: it was refused")


def test_a_port_that_never_greets_is_not_waited_for_longer_than_allowed(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        outcome = post_to(tmp_path, f"https://127.0.0.1:{deaf.getsockname()[1]}/", seconds=0.5)
    assert outcome == Failed("no answer within 0.5 seconds")


def test_a_port_that_speaks_no_tls_fails(tmp_path: Path):
    async def tell() -> Outcome:
        ended = asyncio.Event()

        async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 plain\r\n")
            with contextlib.suppress(OSError):
                while await reader.read(1000):
                    pass
            writer.transport.abort()
            ended.set()

        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            outcome = await poster(tmp_path).post(WebhookAddress.parse(f"https://127.0.0.1:{port}/"), BODY, {})
            await ended.wait()
            return outcome

    outcome = asyncio.run(tell())
    assert isinstance(outcome, Failed)
    assert "TLS failed" in outcome.problem


def test_a_name_that_leads_nowhere_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert post_to(tmp_path, "https://nowhere.invalid/") == Failed("the name nowhere.invalid leads nowhere")


@pytest.mark.parametrize(
    "spoil", [lambda path: path.unlink(), lambda path: path.write_text("nothing")], ids=["missing", "no PEM"]
)
def test_an_authority_file_that_cannot_be_used_is_an_outage(tmp_path: Path, spoil: Callable[[Path], object]):
    path = tmp_path / "authority.pem"
    path.touch()
    spoil(path)
    with pytest.raises(OutageError, match="GUICHET_NOTICE_CA"):
        trusting(str(path))


def test_a_proxy_of_the_environment_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert told(tmp_path, answer("200 OK"))[0] == Taken()
