"""From a signed file to its answer: what the trust list, registrations and revocation data decide."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from channels.models import RevocationRecord, SenderCertificate, TrustedCertificate, TrustedState
from commands.authority import Authority, Identity
from correspondence.models import OutboxMessage
from domain.certificates import CertificateState
from domain.refusals import OutageError
from evidence.models import SignatureCheck, Submission, SubmissionState
from ingest.refresh_trust import RefreshReport, TrustRules, refresh_trust
from ingest.register_certificate import withdraw_certificate
from tests.counter_bench import NOON, CounterBench, register_certificate
from tests.dimona_files import STUDENTS, a_payload, an_in

MAX_AGE = timedelta(hours=24)
PAYLOAD = a_payload(an_in())
ACCEPTED: list[str] = []


@pytest.fixture(scope="module")
def stranger() -> Authority:
    return Authority.create("Nobody's authority", at=NOON - timedelta(days=9), lifetime=timedelta(days=99))


def an_identity(authority: Authority, *, days_old: int = 1, days: int = 9) -> Identity:
    return authority.issue_signer("Signer", at=NOON - timedelta(days=days_old), lifetime=timedelta(days=days))


def registered(bench: CounterBench, identity: Identity) -> Identity:
    register_certificate(SenderCertificate.objects.first().sender, identity)
    return identity


def codes_of(bench: CounterBench, identity: Identity) -> list[str]:
    (answer,) = bench.answers_to(PAYLOAD, signature=bench.sign(PAYLOAD, identity))[0]
    return answer.codes


def refresh(bench: CounterBench, *, lifetime: timedelta, revoked: dict[int, datetime] | None = None) -> RefreshReport:
    """Put a list of now into the folder, and read it."""
    folder = bench.home / "trust"
    for name in ("anchors", "crls"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    der = bench.authority.issue_crl(at=bench.clock.now(), lifetime=lifetime, revoked=revoked)
    (folder / "crls" / "senders.crl").write_bytes(der)
    return read_files(bench, folder)


def read_files(bench: CounterBench, folder: Path) -> RefreshReport:
    return refresh_trust(
        folder,
        fetch=None,
        rules=TrustRules(MAX_AGE, frozenset()),
        operator_address="operator@guichet.example",
        at=bench.clock.now(),
    )


def states() -> list[str]:
    return list(Submission.objects.order_by("pk").values_list("state", flat=True))


def test_a_certificate_that_may_not_be_relied_on_is_refused_with_125_and_a_foreign_one_with_153(
    bench: CounterBench, stranger: Authority
):
    sound = registered(bench, an_identity(bench.authority))
    expired = registered(bench, an_identity(bench.authority, days_old=9, days=8))
    untrusted = registered(bench, an_identity(stranger))
    withdrawn = registered(bench, an_identity(bench.authority))
    withdraw_certificate(SenderCertificate.objects.order_by("-pk").first(), actor="test", at=NOON)
    foreign = an_identity(bench.authority)

    identities = (sound, expired, untrusted, withdrawn, foreign)
    assert [codes_of(bench, identity) for identity in identities] == [
        ACCEPTED,
        ["ACRF-125"],
        ["ACRF-125"],
        ["ACRF-125"],
        ["ACRF-153"],
    ]


def test_what_was_consulted_is_kept_beside_the_submission(bench: CounterBench):
    assert codes_of(bench, bench.identity) == ACCEPTED
    check = SignatureCheck.objects.get()
    anchor, record = TrustedCertificate.objects.get(), RevocationRecord.objects.get()
    assert (check.path[-1], check.revocation) == (anchor.sha256, [record.sha256])


def test_an_authority_that_is_not_trusted_any_more_signs_for_nobody(bench: CounterBench):
    assert codes_of(bench, bench.identity) == ACCEPTED
    TrustedCertificate.objects.update(state=TrustedState.WITHDRAWN)
    TrustedCertificate.objects.create(**_another_anchor())
    assert codes_of(bench, bench.identity) == ["ACRF-125"]


def _another_anchor() -> dict[str, object]:
    authority = Authority.create("Another authority", at=NOON, lifetime=timedelta(days=9))
    certificate = authority.identity.certificate
    return {
        "sha256": "a" * 64,
        "der": certificate.public_bytes(Encoding.DER),
        "role": "ANCHOR",
        "subject": "another",
        "valid_from": certificate.not_valid_before_utc,
        "valid_until": certificate.not_valid_after_utc,
        "source": "test",
        "added_at": NOON,
    }


@pytest.mark.parametrize("is_missing", [True, False], ids=["missing", "too old"])
def test_without_fresh_revocation_data_nothing_is_answered_until_they_are_renewed(
    bench: CounterBench, is_missing: bool
):
    if is_missing:
        RevocationRecord.objects.all().delete()
    else:
        RevocationRecord.objects.update(obtained_at=NOON - MAX_AGE - timedelta(seconds=1))
    bench.deliver(PAYLOAD)
    bench.deliver(a_payload(an_in(insz=STUDENTS[1])))
    bench.work()
    bench.clock.advance(timedelta(seconds=30))
    bench.work()

    assert states() == [SubmissionState.UNDECIDED] * 2
    assert bench.answers("ACRF") == []
    (letter,) = OutboxMessage.objects.all()
    assert "Authority of senders" in letter.body
    assert "guichet trust refresh" in letter.body

    refresh(bench, lifetime=timedelta(days=1)).require_fresh()
    bench.clock.advance(timedelta(minutes=1))
    bench.work()
    assert states() == [SubmissionState.FILED] * 2
    assert [answer.codes for answer in bench.answers("ACRF")] == [ACCEPTED] * 2


@pytest.mark.parametrize(
    ("since", "codes"),
    [
        (NOON + timedelta(minutes=1), ACCEPTED),
        (NOON - timedelta(minutes=1), ["ACRF-125"]),
    ],
    ids=["revoked after the reception", "revoked before the reception"],
)
def test_what_was_held_back_is_judged_as_of_its_reception(bench: CounterBench, since: datetime, codes: list[str]):
    RevocationRecord.objects.all().delete()
    bench.deliver(PAYLOAD)
    bench.work()
    assert states() == [SubmissionState.UNDECIDED]
    bench.clock.advance(timedelta(hours=2))
    refresh(bench, lifetime=timedelta(days=1), revoked={bench.identity.certificate.serial_number: since})
    bench.work()

    (answer,) = bench.answers("ACRF")
    assert answer.codes == codes


def test_a_certificate_withdrawn_after_the_reception_still_signed_what_was_received(bench: CounterBench):
    RevocationRecord.objects.all().delete()
    bench.deliver(PAYLOAD)
    bench.work()
    bench.clock.advance(timedelta(hours=2))
    refresh(bench, lifetime=timedelta(days=1))
    withdraw_certificate(SenderCertificate.objects.get(), actor="test", at=NOON + timedelta(hours=1))
    bench.work()

    assert [answer.codes for answer in bench.answers("ACRF")] == [ACCEPTED]
    assert SenderCertificate.objects.get().state == CertificateState.WITHDRAWN
    assert codes_of(bench, bench.identity) == ["ACRF-125"]


def test_a_signature_that_is_wrong_is_refused_even_without_revocation_data(bench: CounterBench):
    RevocationRecord.objects.all().delete()
    bench.deliver(PAYLOAD, signature=bench.sign(PAYLOAD + b" "))
    bench.work()
    assert [answer.codes for answer in bench.answers("ACRF")] == [["ACRF-125"]]


def test_a_list_that_stays_where_it_is_is_relied_on_as_long_as_it_is_read_again(bench: CounterBench):
    RevocationRecord.objects.all().delete()
    refresh(bench, lifetime=timedelta(days=7))
    bench.clock.advance(timedelta(hours=23))
    assert read_files(bench, bench.home / "trust").missing == {}
    bench.clock.advance(timedelta(hours=23))
    assert codes_of(bench, bench.identity) == ACCEPTED
    bench.clock.advance(timedelta(hours=2))
    bench.deliver(a_payload(an_in(insz=STUDENTS[1])))
    bench.work()
    assert states()[-1] == SubmissionState.UNDECIDED


def test_the_refresh_fails_while_data_are_missing(bench: CounterBench):
    RevocationRecord.objects.all().delete()
    with pytest.raises(OutageError, match="no revocation data of CN=Authority of senders"):
        read_files(bench, bench.home / "trust").require_fresh()


def test_a_wrong_part_is_refused_at_once_though_another_part_waits_for_revocation_data(bench: CounterBench):
    RevocationRecord.objects.all().delete()
    key = bench.next_key()
    for number, signed in ((1, PAYLOAD), (2, b"something else")):
        bench.put(f"FI.{key}.2.{number}", PAYLOAD)
        bench.put(f"FS.{key}.2.{number}", bench.sign(signed))
    bench.put(f"GO.{key}.2")
    bench.work()

    assert [answer.codes for answer in bench.answers("ACRF")] == [["ACRF-125"]]
