"""People who proved themselves wait to be matched: once each, sealed, and forgotten when it is over."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from auth.models import MatchState, PendingIdentity
from auth.openid.matching import (
    KEPT,
    Reach,
    ask_to_be_matched,
    forget_old_identities,
    note_matched,
    note_refused,
    read_waiting,
    waiting_identities,
)
from auth.openid.outcomes import IdentityPending
from auth.refusals import KeyRefusedError
from domain.assurance import AssuranceLevel, Means
from domain.languages import Language
from evidence.models import AuditEvent
from tests.auth.openid.test_stored_attempts import LOCKSMITH
from tests.waiting import wait_for

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
JAN = IdentityPending(
    means=Means.EIDAS,
    level=AssuranceLevel.APP_CODE,
    at=NOON,
    subject=("https://fas.example", "mock-jan"),
    eidas_identifier="PL/BE/94010812345",
    family_name="Kowalski",
    given_names="Jan",
    birth_date=date(1994, 1, 8),
    return_to="/home",
)
REACH = Reach("jan@example.com", "+48123456789")


def ask(pending: IdentityPending = JAN, reach: Reach = REACH, *, at: datetime = NOON) -> int:
    return ask_to_be_matched(pending, reach, language=Language.FR, locksmith=LOCKSMITH, at=at)


@pytest.mark.parametrize(
    ("mail", "phone"),
    [
        ("jan@example.com", "+32 470 12.34.56"),
        (" jan@example.com ", "0032470/12-34-56"),
        ("j@a.b.be", "+32(470)123456"),
    ],
)
def test_an_address_and_a_number_are_read_as_people_write_them(mail, phone):
    assert Reach.parse(mail, phone) == Reach(mail.strip(), "+32470123456")


@pytest.mark.parametrize(
    ("mail", "phone", "which"),
    [
        ("jan", "+32470123456", "mail"),
        ("jan@example", "+32470123456", "mail"),
        ("a b@example.com", "+32470123456", "mail"),
        ("jan@example.com\nBcc: a@b.be", "+32470123456", "mail"),
        (f"{'j' * 250}@a.be", "+32470123456", "mail"),
        ("jan@example.com", "0470123456", "phone"),
        ("jan@example.com", "+32", "phone"),
        ("jan@example.com", "+3247012345678901", "phone"),
        ("jan@example.com", "call me", "phone"),
        ("jan@example.com", "", "phone"),
    ],
)
def test_what_is_no_address_or_no_number_is_named(mail, phone, which):
    with pytest.raises(ValueError, match=which):
        Reach.parse(mail, phone)


@pytest.mark.django_db
class TestWaiting:
    def test_who_waits_is_read_as_he_proved_himself(self):
        waiting = read_waiting(ask(), locksmith=LOCKSMITH, actor="operator", at=NOON)

        assert (waiting.pending, waiting.reach, waiting.language) == (JAN, REACH, Language.FR)
        assert AuditEvent.objects.filter(action="identity:read").count() == 1

    def test_nothing_of_him_can_be_read_in_the_table(self):
        ask()
        row = PendingIdentity.objects.get()

        for secret in ("Kowalski", "PL/BE", "jan@example.com", "+48"):
            assert secret.encode() not in bytes(row.sealed) + bytes(row.identifier_hash)

    def test_who_asks_again_waits_once_and_is_reached_as_he_said_last(self):
        first = ask()
        again = ask(reach=Reach("new@example.com", REACH.phone), at=NOON + timedelta(days=1))

        assert again == first
        (row,) = waiting_identities()
        assert row.asked_at == NOON
        assert read_waiting(first, locksmith=LOCKSMITH, actor="operator", at=NOON).reach.mail == "new@example.com"

    def test_another_account_waits_apart(self):
        assert ask() != ask(replace(JAN, eidas_identifier=None))

    @pytest.mark.parametrize(
        ("state", "end"),
        [
            (MatchState.MATCHED, lambda waiting: note_matched(waiting, 7, actor="operator", at=NOON)),
            (MatchState.REFUSED, lambda waiting: note_refused(waiting.number, actor="operator", at=NOON)),
        ],
    )
    def test_what_he_told_is_forgotten_when_it_is_over(self, state, end):
        number = ask()
        waiting = read_waiting(number, locksmith=LOCKSMITH, actor="operator", at=NOON)
        end(waiting)

        row = PendingIdentity.objects.get()
        assert (row.state, row.sealed, row.closed_by) == (state, None, "operator")
        with pytest.raises(KeyRefusedError):
            read_waiting(number, locksmith=LOCKSMITH, actor="operator", at=NOON)
        with pytest.raises(KeyRefusedError):
            end(waiting)

    def test_the_database_keeps_nothing_of_who_is_matched(self):
        ask()
        with pytest.raises(IntegrityError), transaction.atomic():
            PendingIdentity.objects.update(state=MatchState.MATCHED, closed_at=NOON)

    def test_who_waits_too_long_is_forgotten(self):
        ask()

        assert forget_old_identities(now=NOON + KEPT) == 0
        assert forget_old_identities(now=NOON + KEPT + timedelta(seconds=1)) == 1
        assert PendingIdentity.objects.get().state == MatchState.REFUSED


@pytest.mark.django_db(transaction=True)
def test_who_is_matched_while_others_are_forgotten_does_not_stop_it():
    matched, old = ask(), ask(replace(JAN, eidas_identifier=None))
    waiting = read_waiting(matched, locksmith=LOCKSMITH, actor="operator", at=NOON)

    def forget() -> int:
        try:
            return forget_old_identities(now=NOON + KEPT + timedelta(seconds=1))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            note_matched(waiting, 7, actor="operator", at=NOON)
            forgotten = pool.submit(forget)
            assert wait_for(1)
        assert forgotten.result() == 1

    states = PendingIdentity.objects.values_list("pk", "state")
    assert dict(states) == {matched: MatchState.MATCHED, old: MatchState.REFUSED}
    assert AuditEvent.objects.filter(action="identity:refused").count() == 1
