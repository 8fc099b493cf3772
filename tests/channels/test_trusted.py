"""The tables of trust: what is consulted, and how one sees that it changed."""

from datetime import timedelta

import pytest

from channels.models import RevocationRecord
from channels.trusted import KEPT_UNSEEN, RECORDS_OF_A_SOURCE, drop_unneeded_records, read_trust_material, trust_stamp
from commands.authority import Authority
from evidence.models import AuditEvent, SignatureCheck, Submission
from tests.counter_bench import NOON, store_revocation_list

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create("Authority of senders", at=NOON, lifetime=timedelta(days=9))


def keep(authority: Authority, *, hours: int) -> RevocationRecord:
    """Keep a list of `hours` after noon, seen then."""
    der = authority.issue_crl(at=NOON + hours * HOUR, lifetime=timedelta(days=1))
    return store_revocation_list(der, obtained_at=NOON + hours * HOUR)


def test_a_record_that_is_seen_again_changes_the_stamp_even_beside_one_that_was_seen_as_late(
    db: None, authority: Authority
):
    early, late = keep(authority, hours=0), keep(authority, hours=1)
    before = trust_stamp()
    RevocationRecord.objects.filter(pk=early.pk).update(obtained_at=late.obtained_at)
    assert trust_stamp() != before


def test_only_the_newest_lists_of_a_source_are_consulted_and_older_ones_are_kept(db: None, authority: Authority):
    ders = [bytes(keep(authority, hours=hours).der) for hours in range(RECORDS_OF_A_SOURCE + 2)]
    consulted = {record.der for record in read_trust_material().records}
    assert consulted == set(ders[-RECORDS_OF_A_SOURCE:])
    assert RevocationRecord.objects.count() == len(ders)


def cite(record: RevocationRecord) -> None:
    """Have a signature that was judged by the record."""
    submission = Submission.objects.create(
        environment="R",
        channel="SFTP",
        tray="IN",
        owner="123456",
        technical_user="EXP",
        reception="COMPLETE",
        subject_name="GO.DIMN.123456.20260701.00001.R.1",
        ticket="0000000000001",
        received_at=NOON,
        received_on=NOON.date(),
    )
    SignatureCheck.objects.create(
        submission=submission,
        part=1,
        certificate="a" * 64,
        path=["a" * 64, "b" * 64],
        revocation=["c" * 64, record.sha256],
        line_ends="AS_IS",
        checked_at=NOON,
    )


def test_records_that_nobody_consulted_or_will_consult_are_dropped_in_time(db: None, authority: Authority):
    records = [keep(authority, hours=hours) for hours in range(RECORDS_OF_A_SOURCE + 3)]
    proof, unseen, seen, *newest = records
    cite(proof)
    RevocationRecord.objects.filter(pk=seen.pk).update(obtained_at=NOON + KEPT_UNSEEN)
    assert drop_unneeded_records(actor="test", at=unseen.obtained_at + KEPT_UNSEEN) == 0
    assert drop_unneeded_records(actor="test", at=unseen.obtained_at + KEPT_UNSEEN + HOUR) == 1

    assert set(RevocationRecord.objects.values_list("pk", flat=True)) == {one.pk for one in (proof, seen, *newest)}
    assert AuditEvent.objects.get().detail == {"records": 1}
    assert {record.der for record in read_trust_material().records} == {bytes(one.der) for one in newest}


def test_the_newest_of_each_source_stay_however_old_they_are(db: None, authority: Authority):
    keep(authority, hours=0)
    RevocationRecord.objects.filter(pk=keep(authority, hours=1).pk).update(source="elsewhere")
    assert drop_unneeded_records(actor="test", at=NOON + 99 * KEPT_UNSEEN) == 0
    assert not AuditEvent.objects.exists()
