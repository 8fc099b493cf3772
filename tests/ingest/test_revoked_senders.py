"""A sender whose certificates are all revoked by their authority stops, and those whom it concerns are told."""

from datetime import datetime

import pytest

from channels.configuring.senders import change_state
from channels.models import Sender
from channels.sender_life import SenderChange
from channels.trusted import RECORDS_OF_A_SOURCE
from correspondence.models import EboxDocument, OutboxMessage
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.models import AuditEvent
from tests.counter_bench import NOON, Identity, register_certificate
from tests.ingest.test_trust_refresh import (
    HOUR,
    MAX_AGE,
    Installation,
    a_signer,
    authority,
    installation,
    only_signer,
)

__all__ = ["authority", "installation"]


def revoke(installation: Installation, *signers: Identity, at: datetime) -> None:
    since = {one.certificate.serial_number: at - HOUR for one in signers}
    installation.at = at
    installation.put("crls/senders.crl", installation.authority.issue_crl(at=at, lifetime=MAX_AGE, revoked=since))


def standing(number: str = "123456") -> tuple[str, list[bool]]:
    """Return the state of the sender, and which of its certificates are noted as revoked."""
    sender = Sender.objects.get(pk=number)
    return sender.state, [row.revoked_at is not None for row in sender.certificates.order_by("pk")]


def test_a_sender_whose_only_certificate_is_revoked_is_suspended_and_told_once(installation: Installation):
    signer = only_signer(a_signer(installation.authority))
    revoke(installation, signer, at=NOON + HOUR)

    assert [installation.refresh().suspended for _ in range(2)] == [1, 0]
    assert standing() == ("SUSPENDED", [True])
    (task,) = EboxDocument.objects.filter(kind="SENDER_SUSPENDED")
    assert "was revoked by the authority that issued it" in task.bodies["en"]
    (letter,) = OutboxMessage.objects.filter(recipient="it@sender.example")
    assert "123456" in letter.subject
    assert AuditEvent.objects.filter(action="certificate:revoked").count() == 1


def test_a_sender_that_has_another_certificate_goes_on(installation: Installation):
    signer = only_signer(a_signer(installation.authority))
    register_certificate(Sender.objects.get(), a_signer(installation.authority))
    revoke(installation, signer, at=NOON + HOUR)

    assert installation.refresh().suspended == 0
    assert standing() == ("ACTIVE", [True, False])


def test_a_sender_works_again_only_with_a_certificate_that_is_not_revoked(installation: Installation):
    signer = only_signer(a_signer(installation.authority))
    revoke(installation, signer, at=NOON + HOUR)
    installation.refresh()
    sender = Sender.objects.get()

    with pytest.raises(ConfigurationRefusedError):
        change_state(sender, SenderChange.RESUME, actor="person:1", at=installation.at)
    register_certificate(sender, a_signer(installation.authority))
    assert change_state(sender, SenderChange.RESUME, actor="person:1", at=installation.at)
    assert installation.refresh().suspended == 0


def test_a_revocation_that_none_of_the_newest_lists_tells_is_noted_no_more(installation: Installation):
    signer = only_signer(a_signer(installation.authority))
    revoke(installation, signer, at=NOON + HOUR)
    installation.refresh()
    noted = []
    for hour in range(2, 2 + RECORDS_OF_A_SOURCE):
        revoke(installation, at=NOON + hour * HOUR)
        installation.refresh()
        noted.append(standing())

    assert noted == [("SUSPENDED", [True])] * (RECORDS_OF_A_SOURCE - 1) + [("SUSPENDED", [False])]
    assert AuditEvent.objects.filter(action="certificate:revocation-lifted").count() == 1
