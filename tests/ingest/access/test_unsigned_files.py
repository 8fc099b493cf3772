"""Of a file without a signature, whoever could have signed it is not its subject (ACCS-023)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.configuring.unsigned_sets import waive_signatures
from channels.models import Sender, SenderCertificate
from domain.channels import Channel
from domain.reception_rules import ReceptionRules
from evidence.models import SignatureCheck
from tests.access_files import ANN, a_declaration, a_file, a_form, a_manager, a_user
from tests.counter_bench import NOON, register_certificate
from tests.ingest.access.conftest import Firm, a_signer_with_number, codes
from tests.web.in_process import a_reception, events_of, open_channels

SECOND = timedelta(seconds=1)
FOR_ANN = a_declaration(a_user(), seq=1), a_declaration(a_manager(), seq=2)


@pytest.fixture
def card(firm: Firm) -> SenderCertificate:
    """Ann works for the company, and the certificate of her card signs for its sender as another one does; every channel is open."""
    open_channels(firm.bench)
    firm.employ(ANN)
    return register_certificate(Sender.objects.get(), a_signer_with_number(firm, ANN))


def of_one_sender(firm: Firm) -> None:
    waive_signatures(Sender.objects.get(), actor="operator", at=NOON)


def of_the_whole_channel(firm: Firm) -> None:
    rules = ReceptionRules(unsigned_channels=frozenset({Channel.WEB_SERVICE}))
    firm.bench.counter = replace(firm.bench.counter, rules=rules)


def send_unsigned(firm: Firm, *declarations: str) -> None:
    key = firm.bench.next_key(purpose="ACCS")
    events = events_of(key, a_file(a_form(*declarations)), b"")[:3]
    a_reception(firm.bench, rules=firm.bench.counter.rules).complete(events)


def codes_of(firm: Firm) -> list[str]:
    firm.bench.work()
    assert not SignatureCheck.objects.exists()
    return codes(firm.bench.answers("NOTI"))


@pytest.mark.parametrize("needs_none", [of_one_sender, of_the_whole_channel])
def test_who_could_have_signed_a_file_without_a_signature_is_not_its_subject(
    firm: Firm, card: SenderCertificate, needs_none: Callable[[Firm], None]
):
    needs_none(firm)
    send_unsigned(firm, *FOR_ANN)

    assert codes_of(firm) == ["023", "023"]


def test_who_could_have_signed_a_file_that_another_signed_may_be_its_subject(firm: Firm, card: SenderCertificate):
    assert codes(firm.declare(a_declaration(a_user()))) == []
    assert SignatureCheck.objects.exists()


@pytest.mark.parametrize(
    ("deviation", "expected"),
    [
        ({"withdrawn_at": NOON}, []),
        ({"withdrawn_at": NOON + SECOND}, ["023"]),
        ({"valid_until": NOON}, []),
        ({"valid_from": NOON + SECOND}, []),
    ],
    ids=["withdrawn before", "withdrawn afterwards", "ended before", "of later"],
)
def test_who_could_sign_is_judged_as_of_the_reception(
    firm: Firm, card: SenderCertificate, deviation: dict[str, object], expected: list[str]
):
    of_one_sender(firm)
    send_unsigned(firm, a_declaration(a_user()))
    state = "WITHDRAWN" if "withdrawn_at" in deviation else "ACTIVE"
    SenderCertificate.objects.filter(pk=card.pk).update(state=state, **deviation)

    assert codes_of(firm) == expected
