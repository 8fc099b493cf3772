"""Whoever is revoked, suspended or shut out while a body is on its way has nothing sealed by it."""

import json
import time
from collections.abc import Callable

import pytest

from channels.configuring.web_clients import revoke_client, revoke_client_key
from channels.models import SenderChannel, SenderState
from domain.channels import Channel
from evidence.clock import SystemClock
from evidence.models import Submission
from tests.dimona_files import a_payload, an_in
from tests.web.conftest import Web
from tests.web.raw_requests import a_head, multipart, receive, status

SMALL = a_payload(an_in())
LARGE = SMALL + b" " * 700_000
LAST = 10
"""Bytes that are held back until the caller is no longer what it was."""


def revoke(web: Web) -> None:
    revoke_client(web.client_row, actor="test", at=SystemClock().now())


def revoke_key(web: Web) -> None:
    revoke_client_key(web.client_row, "rsa-1", actor="test", at=SystemClock().now())


def suspend(web: Web) -> None:
    web.sender.state, web.sender.suspended_by = SenderState.SUSPENDED, "COMPANY"
    web.sender.save()


def shut_out(web: Web) -> None:
    SenderChannel.objects.filter(sender=web.sender, channel=Channel.WEB_SERVICE).delete()


def send_in_two(web: Web, request: bytes, between: Callable[[Web], None]) -> tuple[int, dict[str, object]]:
    """Return what the server answers when `between` happens before the last bytes are sent."""
    with web.server.connection() as connection:
        connection.sendall(request[:-LAST])
        time.sleep(0.3)
        between(web)
        connection.sendall(request[-LAST:])
        answer = receive(connection)
    return status(answer), json.loads(answer.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("payload", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("between", "refusal"),
    [
        (revoke, (401, "token-invalid", None)),
        (revoke_key, (401, "token-invalid", None)),
        (suspend, (403, "sender-suspended", "ACRF-103")),
        (shut_out, (403, "channel-not-configured", "ACRF-249")),
    ],
    ids=["client revoked", "key revoked", "sender suspended", "channel closed"],
)
def test_a_set_whose_caller_may_no_longer_deliver_is_not_sealed(web: Web, payload: bytes, between, refusal):
    key = web.next_key()
    body = multipart([(f"FI.{key}.1.1", payload), (f"FS.{key}.1.1", web.bench.sign(payload))])

    code, told = send_in_two(web, a_head(web.token(), length=len(body)) + body, between)

    assert (code, str(told["type"]).rpartition(":")[2], told.get("code")) == refusal
    assert not Submission.objects.exists()


def test_a_file_whose_caller_was_revoked_completes_no_set(web: Web):
    key = web.next_key()
    with web.http() as http:
        for name, content in ((f"FS.{key}.1.1", web.bench.sign(SMALL)), (f"GO.{key}.1", b"")):
            assert http.put(f"/api/v1/deliveries/{name}/parts", content=content).status_code == 200
    head = a_head(web.token(), length=len(SMALL), request=f"PUT /api/v1/deliveries/FI.{key}.1.1/parts", kind="x/y")

    code, told = send_in_two(web, head + SMALL, revoke)

    assert (code, told["type"]) == (401, "urn:guichet:problem:token-invalid")
    assert not Submission.objects.exists()


def test_an_address_that_leads_elsewhere_is_logged_once_with_its_source(web: Web):
    mark = len(web.server.log)
    with web.http() as http:
        assert http.get("/api/v1/deliveries/..%2f..%2fetc%2fpasswd/parts").status_code == 404
    told = [line for line in web.server.log_since(mark) if line["event"] == "web request for no address"]

    assert [line["source"] for line in told] == ["127.0.0.1"]
    assert "passwd" not in str(told)
