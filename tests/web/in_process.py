"""The reception of sets without a server, over a counter whose clock the test sets."""

import secrets
from collections.abc import Callable, Sequence

from django.conf import settings

from channels.logins import ChannelLogin
from channels.models import SenderChannel
from channels.web.composition import WebComposition, WebSettings
from channels.web.multipart import FileBegins, FileContent, SetEvent
from channels.web.noting_seal import Sealed
from channels.web.scopes import SCOPES, parse_scopes
from channels.web.set_receptions import SetReception
from channels.web.tokens import Caller, Standing
from domain.channels import Channel
from domain.reception_rules import ReceptionRules
from domain.sender_numbers import SenderNumber
from portal.student_days import StudentDaysOfSenders
from tests.counter_bench import CounterBench


def open_channels(bench: CounterBench) -> None:
    """Let the sender deliver through every door."""
    for channel in (Channel.WEB_SERVICE, Channel.FTP):
        SenderChannel.objects.create(sender_id=bench.number, channel=channel)


def a_caller(bench: CounterBench) -> Caller:
    login = ChannelLogin(SenderNumber(bench.number), f"EXP_{bench.number}", Channel.WEB_SERVICE)
    return Caller("client", login, parse_scopes(" ".join(SCOPES)), Standing.DELIVERS)


def a_composition(bench: CounterBench, **deviation: object) -> WebComposition:
    composed = {
        "staging": bench.counter.sealer.staging,
        "quota": bench.mailboxes._quota,
        "seal": bench.counter.sealer,
        "blobs": bench.counter.desk.payloads.blobs,
        "clock": bench.clock,
        "rules": ReceptionRules(),
        "randomness": secrets.token_bytes,
        "student_days": StudentDaysOfSenders(settings.GUICHET),
        "check_ins": None,
        "signers": None,
        "settings": WebSettings(),
    }
    return WebComposition(**composed | deviation)


def a_reception(
    bench: CounterBench, *, also: Callable[[Sealed], None] | None = None, **deviation: object
) -> SetReception:
    return SetReception(a_composition(bench, **deviation), a_caller(bench), environment=None, also=also)


def events_of(key: str, payload: bytes, signature: bytes) -> Sequence[SetEvent]:
    return (
        FileBegins(f"FI.{key}.1.1"),
        FileContent(payload[:100]),
        FileContent(payload[100:]),
        FileBegins(f"FS.{key}.1.1"),
        FileContent(signature),
    )
