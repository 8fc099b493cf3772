"""A time for a video call: one for each who waits, to come when it was proposed, and gone when he waits no more."""

import importlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from auth.models import Login, MatchState, PendingIdentity
from auth.openid.calls import (
    AHEAD,
    LASTS,
    CallPlace,
    LinkNotFreeError,
    OfficerNotFreeError,
    ProposedCall,
    call_of,
    note_call,
    note_call_withdrawn,
)
from auth.openid.matching import (
    KEPT,
    KEPT_AFTER_CALL,
    Reach,
    find_request,
    forget_old_identities,
    note_refused,
    read_waiting,
)
from auth.openid.outcomes import IdentityPending
from auth.refusals import KeyRefusedError
from domain.assurance import Means
from evidence.models import AuditEvent
from tests.auth.openid.test_matching import JAN, NOON, REACH, ask
from tests.auth.openid.test_stored_attempts import LOCKSMITH

LINK = "https://calls.example.org/room-7"
TOMORROW = NOON + timedelta(days=1)
OTHER = replace(JAN, eidas_identifier=None)
UNTIL_THE_NEXT = importlib.import_module("auth.migrations.0021_calls_do_not_overlap").UNTIL_THE_NEXT


def proposed(pending: IdentityPending = JAN) -> ProposedCall | None:
    """Return the call that is proposed to who waits, if one is."""
    found = find_request(pending, locksmith=LOCKSMITH)
    return None if found is None else found.call


@pytest.mark.parametrize(
    ("text", "place", "is_link"),
    [
        (f" {LINK} ", LINK, True),
        ("HTTPS://calls.example.org/a?b=c", "HTTPS://calls.example.org/a?b=c", True),
        ("0048 123 456-789", "+48123456789", False),
        ("0470 12 34 56", "+32470123456", False),
    ],
)
def test_a_call_is_held_behind_a_link_or_on_a_number(text, place, is_link):
    assert (CallPlace.parse(text).value, CallPlace.parse(text).is_link) == (place, is_link)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "call me",
        "http://calls.example.org",
        "javascript:alert(1)",
        "https://",
        "https:///room",
        "https://calls.example.org/a b",
        "https://calls.example.org/\n",
        "https://calls.example.org\nBcc: a@b.be",
        f"https://calls.example.org/{'a' * 500}",
        "https://[calls",
        "https://calls.example.org@evil.example/room-7",
        "https://user:word@calls.example.org/room-7",
        "https://calls.example.org\\.evil.example/room-7",
        "https://calls%2eexample.org/room-7",
        "https://calls.example.org:99x/room-7",
    ],
)
def test_what_is_neither_a_link_nor_a_number_holds_no_call(text):
    text = f"{text}x" if text.endswith("\n") else text
    with pytest.raises(ValueError, match=r"."):
        CallPlace.parse(text)


@pytest.fixture
def officer(db) -> int:
    return Login.objects.create(user_name="ina.officer", created_at=NOON).pk


def propose(
    identity: int, officer: int, *, call_at: datetime = TOMORROW, at: datetime = NOON, place: str = LINK
) -> bool:
    call = ProposedCall(call_at, CallPlace(place))
    return note_call(identity, call, officer=officer, locksmith=LOCKSMITH, at=at)


def events() -> list[tuple[str, str]]:
    told = AuditEvent.objects.filter(action__startswith="identity:call").order_by("pk")
    return list(told.values_list("action", "actor"))


def test_a_call_is_read_with_who_waits_and_by_who_proved_himself(officer):
    propose(ask(), officer)

    row = PendingIdentity.objects.get()
    call = ProposedCall(TOMORROW, CallPlace(LINK))
    assert call_of(row, locksmith=LOCKSMITH) == proposed() == call
    assert read_waiting(row.pk, locksmith=LOCKSMITH, actor="operator", at=NOON).call == call
    assert LINK.encode() not in bytes(row.call_sealed)
    assert events() == [("identity:call-proposed", f"login:{officer}")]


def test_who_waits_without_a_call_finds_none(officer):
    assert proposed() is None
    ask()
    assert proposed() is None


def test_another_time_takes_the_place_of_the_first(officer):
    identity = ask()

    assert [propose(identity, officer), propose(identity, officer, call_at=TOMORROW + timedelta(days=1))] == [
        False,
        True,
    ]

    assert proposed().at == TOMORROW + timedelta(days=1)
    assert [action for action, _ in events()] == ["identity:call-proposed", "identity:call-moved"]


def test_a_call_that_is_withdrawn_leaves_nothing_and_the_person_waits_on(officer):
    identity = ask()
    propose(identity, officer)
    note_call_withdrawn(identity, actor="login:7", at=NOON)

    row = PendingIdentity.objects.get()
    assert (row.state, row.call_at, row.call_officer, row.call_sealed) == (MatchState.WAITING, None, None, None)
    assert events()[-1] == ("identity:call-withdrawn", "login:7")
    with pytest.raises(KeyRefusedError):
        note_call_withdrawn(identity, actor="login:7", at=NOON)


@pytest.mark.parametrize("call_at", [NOON, NOON - timedelta(days=1), NOON + AHEAD + timedelta(seconds=1)])
def test_a_time_that_is_over_or_too_far_ahead_is_not_proposed(officer, call_at):
    identity = ask()
    with pytest.raises(KeyRefusedError):
        propose(identity, officer, call_at=call_at)


@pytest.mark.parametrize(("place", "host"), [(LINK, "calls.example.org"), ("+48111111111", "")])
def test_what_is_recorded_of_a_call_tells_where_its_link_leads_and_no_number(officer, place, host):
    propose(ask(), officer, place=place)

    detail = AuditEvent.objects.get(action="identity:call-proposed").detail
    assert detail["host"] == host
    assert place not in str(detail)


@pytest.fixture
def colleague(db) -> int:
    return Login.objects.create(user_name="otto.officer", created_at=NOON).pk


@pytest.mark.parametrize("apart", [-LASTS + timedelta(minutes=1), timedelta(0), LASTS - timedelta(minutes=1)], ids=str)
def test_calls_of_one_officer_do_not_overlap(officer, apart):
    first, second = ask(), ask(OTHER)
    propose(first, officer)

    with pytest.raises(OfficerNotFreeError):
        propose(second, officer, call_at=TOMORROW + apart, place="+48111111111")
    assert PendingIdentity.objects.get(pk=second).call_at is None
    assert events() == [("identity:call-proposed", f"login:{officer}")]


@pytest.mark.parametrize("apart", [-LASTS, LASTS], ids=str)
def test_a_call_begins_as_the_one_before_it_ends(officer, apart):
    propose(ask(), officer)
    assert not propose(ask(OTHER), officer, call_at=TOMORROW + apart)


def test_a_call_is_moved_within_its_own_time(officer):
    identity = ask()
    propose(identity, officer)
    assert propose(identity, officer, call_at=TOMORROW + timedelta(minutes=10))


def test_a_call_that_is_moved_into_another_stays_where_it_was(officer):
    second = ask(OTHER)
    propose(ask(), officer)
    propose(second, officer, call_at=TOMORROW + LASTS)

    with pytest.raises(OfficerNotFreeError):
        propose(second, officer, call_at=TOMORROW + timedelta(minutes=10))
    assert PendingIdentity.objects.get(pk=second).call_at == TOMORROW + LASTS


@pytest.mark.parametrize("link", [LINK, LINK.replace("calls.example", "Calls.Example")])
def test_two_officers_hold_no_calls_behind_one_link_at_a_time(officer, colleague, link):
    second = ask(OTHER)
    propose(ask(), officer)
    with pytest.raises(LinkNotFreeError):
        propose(second, colleague, call_at=TOMORROW + timedelta(minutes=10), place=link)

    assert not propose(second, colleague, call_at=TOMORROW + LASTS, place=link)


@pytest.mark.parametrize("place", [f"{LINK}8", "+48111111111"], ids=["another link", "a number"])
def test_two_officers_hold_calls_at_a_time_behind_links_of_their_own_or_on_numbers(officer, colleague, place):
    propose(ask(), officer, place=place.removesuffix("8"))
    assert not propose(ask(OTHER), colleague, place=place)


def test_what_is_kept_of_a_link_to_compare_it_goes_with_the_call(officer):
    identity = ask()
    propose(identity, officer)
    assert PendingIdentity.objects.get().call_link is not None
    propose(identity, officer, place="+48111111111")
    assert PendingIdentity.objects.get().call_link is None
    propose(identity, officer)
    note_call_withdrawn(identity, actor="login:7", at=NOON)
    assert PendingIdentity.objects.get().call_link is None


def test_a_call_against_which_the_database_has_something_else_is_no_call_of_the_officers(officer):
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE access_control_pendingidentity ADD CONSTRAINT calls_are_never_held CHECK (call_at IS NULL)"
        )
    identity = ask()
    with pytest.raises(IntegrityError, match="calls_are_never_held"):
        propose(identity, officer)


def test_calls_that_overlapped_before_the_upgrade_are_kept(officer):
    numbers = [ask(), ask(OTHER), ask(replace(OTHER, subject=("https://eidas.example", "third")))]
    for hours, number in enumerate(numbers):
        propose(number, officer, call_at=TOMORROW + timedelta(hours=hours))
    names = ("identity_call_is_whole_and_of_who_waits", "identity_calls_of_officer_apart")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(f"ALTER TABLE access_control_pendingidentity DROP CONSTRAINT {name}")
    for number, minutes in zip(numbers, (0, 10, 60), strict=True):
        PendingIdentity.objects.filter(pk=number).update(
            call_at=TOMORROW + timedelta(minutes=minutes), call_until=None, call_link=None
        )

    with connection.cursor() as cursor, connection.schema_editor() as editor:
        cursor.execute(UNTIL_THE_NEXT)
        for constraint in PendingIdentity._meta.constraints:
            if constraint.name in names:
                editor.add_constraint(PendingIdentity, constraint)

    lasting = [row.call_until - row.call_at for row in PendingIdentity.objects.order_by("call_at")]
    assert lasting == [timedelta(minutes=10), LASTS, LASTS]


def test_who_tells_anew_how_he_is_reached_keeps_his_call(officer):
    propose(ask(), officer)
    ask(at=NOON + timedelta(hours=1))
    assert proposed() is not None


def test_nobody_who_waits_no_more_has_a_call(officer):
    identity = ask()
    propose(identity, officer)
    note_refused(identity, actor="operator", at=NOON)

    assert PendingIdentity.objects.get().call_at is None
    with pytest.raises(KeyRefusedError):
        propose(identity, officer)


@pytest.mark.parametrize(
    "broken",
    [
        {"call_at": None},
        {"call_until": None},
        {"call_until": TOMORROW},
        {"call_officer": None},
        {"call_proposed_at": None},
        {"call_key_id": ""},
        {"call_sealed": None},
        {"call_proposed_at": TOMORROW},
        {"state": MatchState.REFUSED, "sealed": None, "closed_at": NOON},
    ],
    ids="+".join,
)
def test_the_database_keeps_no_call_in_part_of_who_waits_no_more_or_that_was_over(officer, broken):
    propose(ask(), officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PendingIdentity.objects.update(**broken)


def test_nobody_is_forgotten_before_his_call_and_the_week_after_it(officer):
    proposed_at = NOON + KEPT
    call_at = proposed_at + timedelta(days=30)
    propose(ask(), officer, call_at=call_at, at=proposed_at)

    assert forget_old_identities(now=call_at + KEPT_AFTER_CALL) == 0
    assert forget_old_identities(now=call_at + KEPT_AFTER_CALL + timedelta(seconds=1)) == 1


def test_who_was_told_that_his_call_is_not_held_waits_another_week_for_one(officer):
    identity = ask()
    propose(identity, officer, call_at=NOON + AHEAD)
    withdrawn_at = NOON + KEPT + timedelta(days=5)
    note_call_withdrawn(identity, actor="login:7", at=withdrawn_at)

    assert forget_old_identities(now=withdrawn_at + KEPT_AFTER_CALL) == 0
    assert forget_old_identities(now=withdrawn_at + KEPT_AFTER_CALL + timedelta(seconds=1)) == 1


def call_on(place: str, officer: int, asked: IdentityPending = JAN) -> str:
    """Propose a call on that number, let the person tell another one, and return where the call is held then."""
    call = ProposedCall(TOMORROW, CallPlace(place))
    note_call(ask(asked), call, officer=officer, locksmith=LOCKSMITH, at=NOON)
    ask(asked, Reach("jan@example.com", "+48999999999"), at=NOON + timedelta(hours=1))
    return proposed(asked).place.value


def test_a_call_on_the_number_that_was_told_follows_to_the_one_told_anew(officer):
    assert call_on(REACH.phone, officer) == "+48999999999"


@pytest.mark.parametrize("place", [LINK, "+48111111111"], ids=["link", "number told otherwise"])
def test_a_call_that_is_held_elsewhere_stays_there(officer, place):
    assert call_on(place, officer) == place


def test_nobody_moves_a_call_by_the_page_that_takes_requests(officer):
    assert call_on(REACH.phone, officer, replace(JAN, means=Means.EMAIL_CODE)) == REACH.phone


def test_nobody_has_the_keys_of_another_sent_elsewhere_by_the_page_that_takes_requests(officer):
    asked = replace(JAN, means=Means.EMAIL_CODE)
    number = ask(asked)
    assert ask(asked, Reach(REACH.mail, "+48999999999"), at=NOON + timedelta(hours=1)) == number
    assert read_waiting(number, locksmith=LOCKSMITH, actor="operator", at=NOON).reach == REACH
