"""The tables of trust: what is consulted, and how one sees that it changed."""

from datetime import timedelta

import pytest

from channels.models import RevocationRecord
from channels.trusted import RECORDS_OF_A_SOURCE, read_trust_material, trust_stamp
from commands.authority import Authority
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
