"""What becomes of a request for a correction once it is decided."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from correspondence.ebox_alerts import activate
from correspondence.models import EboxDocument
from domain.checkins.codes import Remark
from domain.checkins.items import Capture, Coordinates, Employer
from domain.checkins.vocabulary import Capacity, CaptureMethod, ClockingChannel, CorrectionState, EventType
from domain.configuration_refusals import ConfigurationRefusedError
from domain.languages import Language
from domain.written_dates import render_day
from registers.checkins.correction_lists import requests_read, waiting_beside
from registers.checkins.deciding import reject, take_up
from registers.checkins.evidence_of_corrections import expire_drafts, forget_evidence
from registers.checkins.foreseeing import foreseen_remarks
from registers.checkins.models import (
    Correction,
    CorrectionEvidence,
    HandedInEvidence,
    Position,
    Presence,
    Spell,
    WorkPlace,
)
from registers.checkins.registered_meanwhile import RegisteredMeanwhileError
from registers.checkins.unnamed_evidence import forget_unnamed, needed_among
from tests.checkin_items import (
    BADGE_LOG,
    CLEANING_SITE,
    COMPANY,
    RECEIVED,
    a_correction,
    a_missing_event,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.access.conftest import make_company
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.test_corrections import (
    DAY,
    FRIDAY,
    HOUR,
    OFFICIAL,
    R,
    Shelf,
    a_taken_correction,
    ask,
    decide,
    hand_in,
)

ELSEWHERE = "1Y1003TESTC9Z"
LATER = FRIDAY + 30 * HOUR


@pytest.fixture
def event(counter: Counter) -> int:
    (outcome,) = counter(an_event())
    return outcome.registration.id


def test_an_accepted_correction_adds_a_version_under_the_same_number(counter: Counter, event: int):
    number = a_taken_correction(counter, event)
    assert decide(counter, number) == event
    old, new = Presence.objects.order_by("version")
    assert (old.status, old.next_date) == ("SUPERSEDED", new.registration_date)
    assert (new.number, new.version, new.origin, new.event_at) == (event, 2, "CORRECTION", RECEIVED - HOUR)
    assert Spell.objects.get().started_at == RECEIVED - HOUR


def test_the_event_as_it_was_sent_is_still_the_same_registration(counter: Counter, event: int):
    decide(counter, a_taken_correction(counter, event))
    (again,) = counter(an_event())
    assert (again.registration.id, again.registration.version) == (event, 2)


def test_a_correction_back_to_what_it_was_adds_a_third_version(counter: Counter, event: int):
    decide(counter, a_taken_correction(counter, event))
    decide(counter, a_taken_correction(counter, event, corrected_at=RECEIVED - timedelta(minutes=1), after=2 * HOUR))
    assert Presence.objects.filter(number=event).count() == 3
    assert Spell.objects.get().started_at == RECEIVED - timedelta(minutes=1)


def test_a_correction_may_move_an_event_into_another_month(counter: Counter):
    (outcome,) = counter(
        an_event(at=datetime(2026, 12, 1, 0, 10, tzinfo=UTC)), received_at=datetime(2026, 12, 1, 0, 11, tzinfo=UTC)
    )
    event = outcome.registration.id
    evening = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
    item = a_correction(registration_id=event, corrected_at=evening)
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    (taken,) = counter(item, received_at=datetime(2026, 12, 1, 8, 0, tzinfo=UTC), shelf=Shelf())
    decide(counter, taken.correction_id, at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    assert dict(Presence.objects.values_list("version", "registration_date__month")) == {1: 12, 2: 11}
    assert str(event).startswith("1323")


def test_a_corrected_version_keeps_what_was_captured(counter: Counter):
    point = Coordinates(Decimal("50.85"), Decimal("4.35"))
    WorkPlace.objects.filter(number=CLEANING_SITE).update(latitude=Decimal("50.86"), longitude=Decimal("4.35"))
    came = an_event(place=point, capture=Capture(CaptureMethod.BADGE, "gate-2"), capacity=Capacity.EMPLOYEE)
    (outcome,) = counter(came)
    decide(counter, a_taken_correction(counter, outcome.registration.id))
    old, new = Presence.objects.order_by("version")
    kept = ("capture", "device", "capacity", "capacity_source", "distance", "address", "sector", "brought_by_person")
    assert [getattr(new, name) for name in kept] == [getattr(old, name) for name in kept]
    assert (new.capture, new.device, new.distance, set(new.remarks) - {"MISSING_OUT"}) == (
        "BADGE",
        "gate-2",
        1112,
        {"FAR_FROM_WORK_PLACE"},
    )
    assert set(Position.objects.values_list("version", "latitude")) == {(1, point.latitude), (2, point.latitude)}


def test_a_corrected_version_tells_how_and_when_its_event_reached_the_counter(counter: Counter, event: int):
    request = a_taken_correction(counter, event, channel=ClockingChannel.BATCH, sender="654321")
    decide(counter, request)
    old, new = Presence.objects.order_by("version")
    kept = ("received_at", "channel", "sender", "brought_by")
    assert [getattr(new, name) for name in kept] == [getattr(old, name) for name in kept]
    assert (new.received_at, new.channel, new.created_at) == (RECEIVED, "REST", RECEIVED + DAY)


def test_the_distance_of_a_corrected_version_is_that_from_the_corrected_place(counter: Counter):
    point = Coordinates(Decimal("50.85"), Decimal("4.35"))
    WorkPlace.objects.filter(number=CLEANING_SITE).update(latitude=Decimal("50.86"), longitude=Decimal("4.35"))
    a_work_place(number="1Y1003TESTC9Z", sector="CLEANING", latitude=point.latitude, longitude=point.longitude)
    (outcome,) = counter(an_event(place=point))
    number = a_taken_correction(counter, outcome.registration.id, corrected_work_place="1Y1003TESTC9Z")
    decide(counter, number)
    new = Presence.objects.get(version=2)
    assert (new.distance, new.remarks) == (0, ["MISSING_OUT"])


def test_an_accepted_missing_out_closes_the_day(counter: Counter):
    counter(an_event(at=FRIDAY - 3 * HOUR), received_at=FRIDAY - 3 * HOUR)
    item = a_request_for_a_missing_event(missing=a_missing_event(type=EventType.OUT), corrected_at=FRIDAY)
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    (taken,) = counter(item, shelf=Shelf())
    assert taken.state is CorrectionState.SUBMITTED
    decide(counter, taken.correction_id)
    spell = Spell.objects.get()
    assert (spell.state, spell.ended_at) == ("ENDED", FRIDAY)
    assert Presence.objects.get(event_type="IN").remarks == []


def test_an_accepted_missing_out_closes_the_day_of_whoever_another_company_had_checked_in_since(counter: Counter):
    a_work_place(number=ELSEWHERE, sector="CLEANING")
    counter(an_event(at=FRIDAY - 3 * HOUR), received_at=FRIDAY - 3 * HOUR)
    stranger = an_event(at=FRIDAY - HOUR, work_place_id=ELSEWHERE, employer=Employer(enterprise_number="0448181966"))
    counter(stranger, received_at=FRIDAY - HOUR, enterprise_number="0448181966", sender="654321")
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    (taken,) = counter(a_request_for_a_missing_event(corrected_at=FRIDAY), shelf=Shelf())
    decide(counter, taken.correction_id)
    spell = Spell.objects.get(work_place=CLEANING_SITE)
    assert (spell.state, spell.ended_at) == ("ENDED", FRIDAY)
    remarks = Presence.objects.filter(work_place=CLEANING_SITE).values_list("remarks", flat=True)
    assert "OPEN_ELSEWHERE" in Presence.objects.get(work_place=ELSEWHERE).remarks
    assert list(remarks) == [[], []]


def foreseen(counter: Counter, number: str, *, at: datetime) -> dict[Remark, str]:
    row = Correction.objects.annotate(waiting_beside=waiting_beside()).get(number=number)
    return dict(foreseen_remarks(row, beside=requests_read(row.waiting_beside), limits=counter.limits, at=at))


FORESEEN = {
    "an OUT after the IN": ({"type": EventType.OUT}, 1, set()),
    "an OUT before it": ({"type": EventType.OUT}, -1, {Remark.OUT_WITHOUT_IN}),
    "an IN long before it": ({"type": EventType.IN}, -20, {Remark.MISSING_OUT}),
}


@pytest.mark.parametrize(("missing", "hours", "remarks"), FORESEEN.values(), ids=FORESEEN)
def test_whoever_decides_foresees_what_stays_wrong(counter: Counter, missing, hours, remarks):
    counter(an_event(at=FRIDAY), received_at=FRIDAY)
    request = a_request_for_a_missing_event(missing=a_missing_event(**missing), corrected_at=FRIDAY + hours * HOUR)
    (taken,) = counter(request, received_at=FRIDAY + 12 * HOUR)
    assert foreseen(counter, taken.correction_id, at=FRIDAY + 12 * HOUR) == dict.fromkeys(remarks, "")


def test_whoever_decides_foresees_it_of_an_event_that_is_moved(counter: Counter, event: int):
    counter(an_event(at=RECEIVED, type=EventType.OUT))
    number = a_taken_correction(counter, event, corrected_at=RECEIVED - 2 * DAY)
    assert foreseen(counter, number, at=RECEIVED + DAY) == {Remark.MISSING_OUT: ""}


@pytest.fixture
def both_missing(counter: Counter) -> list[str]:
    """Requests for the IN and the OUT of a day of which nothing is registered, both handed in."""
    asked = [
        a_request_for_a_missing_event(missing=a_missing_event(type=event_type), corrected_at=FRIDAY + hours * HOUR)
        for event_type, hours in ((EventType.IN, -8), (EventType.OUT, 0))
    ]
    numbers = [taken.correction_id for taken in counter(*asked, received_at=FRIDAY + 12 * HOUR)]
    Correction.objects.update(state="SUBMITTED", submitted_at=FRIDAY + 12 * HOUR)
    return numbers


def test_whoever_decides_foresees_which_request_closes_a_day_of_which_all_is_missing(counter: Counter, both_missing):
    came, left = both_missing
    assert foreseen(counter, came, at=LATER) == {Remark.MISSING_OUT: left}
    assert foreseen(counter, left, at=LATER) == {Remark.OUT_WITHOUT_IN: came}


@pytest.mark.parametrize(
    "change",
    [
        {"state": "DRAFT"},
        {"state": "REJECTED"},
        {"work_place": ELSEWHERE},
        {"corrected_at": FRIDAY - 17 * HOUR},
        {"corrected_at": FRIDAY + HOUR},
    ],
    ids=["not handed in", "rejected", "elsewhere", "too early", "later"],
)
def test_a_request_that_does_not_close_it_is_not_named(counter: Counter, both_missing, change):
    came, left = both_missing
    Correction.objects.filter(number=came).update(**change)
    assert foreseen(counter, left, at=LATER) == {Remark.OUT_WITHOUT_IN: ""}


def test_a_request_that_moves_the_check_in_to_where_it_was_is_named(counter: Counter):
    a_work_place(number=ELSEWHERE, sector="CLEANING")
    (came,) = counter(an_event(at=FRIDAY - 8 * HOUR, work_place_id=ELSEWHERE), received_at=FRIDAY - 8 * HOUR)
    moves = a_correction(registration_id=came.registration.id, corrected_at=None, corrected_work_place=CLEANING_SITE)
    asked = (moves, a_request_for_a_missing_event(corrected_at=FRIDAY))
    moved, left = (taken.correction_id for taken in counter(*asked, received_at=FRIDAY + 12 * HOUR))
    Correction.objects.update(state="SUBMITTED", submitted_at=FRIDAY + 12 * HOUR)
    assert foreseen(counter, left, at=LATER) == {Remark.OUT_WITHOUT_IN: moved}


def test_what_is_foreseen_of_a_missing_event_costs_one_question_beside_the_request(
    counter: Counter, both_missing, django_assert_num_queries
):
    with django_assert_num_queries(2):  # the request itself, and the events around it
        foreseen(counter, both_missing[0], at=LATER)


def test_a_correction_to_what_another_registration_says_is_not_accepted(counter: Counter, event: int):
    counter(an_event(at=RECEIVED - HOUR))
    number = a_taken_correction(counter, event)
    with pytest.raises(ConfigurationRefusedError, match="is of the same person"):
        decide(counter, number)


def test_a_correction_to_what_the_registration_says_already_is_not_accepted(counter: Counter, event: int):
    """Such a request was taken before, and one that is taken may become so."""
    number = a_taken_correction(counter, event)
    Correction.objects.update(corrected_at=Presence.objects.get().event_at, corrected_work_place="")
    with pytest.raises(RegisteredMeanwhileError, match=f"{event} is as it is asked for already"):
        decide(counter, number)
    assert Presence.objects.get().status == "REGISTERED"


def test_who_asked_does_not_decide(counter: Counter, event: int):
    number = a_taken_correction(counter, event, person_id=999_999_999)
    with pytest.raises(ConfigurationRefusedError, match="by the same person"):
        decide(counter, number)


def test_who_it_is_about_neither_looks_into_it_nor_decides(counter: Counter, event: int):
    number = a_taken_correction(counter, event)
    own = {"environment": R, "by": f"person:{Correction.objects.get().person_id}", "at": RECEIVED + DAY}
    with pytest.raises(ConfigurationRefusedError, match="about the same person"):
        take_up(number, **own)
    with pytest.raises(ConfigurationRefusedError, match="about the same person"):
        decide(counter, number, by=own["by"])
    with pytest.raises(ConfigurationRefusedError, match="about the same person"):
        reject(number, note="The log shows another day.", **own)
    assert Correction.objects.get().state == "SUBMITTED"


def test_a_draft_is_not_decided(counter: Counter, event: int):
    outcome = ask(counter, event)
    with pytest.raises(ConfigurationRefusedError, match="is DRAFT"):
        decide(counter, outcome.correction_id)


def test_a_rejection_says_why(counter: Counter, event: int):
    number = a_taken_correction(counter, event)
    take_up(number, environment=R, by=OFFICIAL, at=RECEIVED + DAY)
    with pytest.raises(ConfigurationRefusedError, match="needs a reason"):
        reject(number, environment=R, by=OFFICIAL, note=" ", at=RECEIVED + DAY)
    reject(number, environment=R, by=OFFICIAL, note="The log shows another day.", at=RECEIVED + DAY)
    assert Correction.objects.get().state == "REJECTED"
    assert Presence.objects.count() == 1


def test_the_worker_is_told_of_the_decision(counter: Counter, event: int):
    person = Presence.objects.get().person_id
    activate(person, "ana@example.be", language=Language.EN, environment=R, at=RECEIVED)
    decide(counter, a_taken_correction(counter, event))
    assert list(EboxDocument.objects.values_list("person_id", "kind")) == [(person, "OWN_CORRECTION_DECIDED")]


@pytest.mark.parametrize(
    ("end", "result"), [("ACCEPTED", "accepted"), ("REJECTED", "rejected"), ("EXPIRED", "lapsed without evidence")]
)
def test_letters_say_which_request_of_which_day_and_what_became_of_it(counter: Counter, event: int, end, result):
    make_company(COMPANY)
    activate(Presence.objects.get().person_id, "ana@example.be", language=Language.EN, environment=R, at=RECEIVED)
    if end == "EXPIRED":
        ask(counter, event)
        expire_drafts(at=RECEIVED + 2 * DAY)
    elif end == "ACCEPTED":
        decide(counter, a_taken_correction(counter, event))
    else:
        number = a_taken_correction(counter, event)
        reject(number, environment=R, by=OFFICIAL, note="The log shows another day.", at=RECEIVED + DAY)
    row = Correction.objects.get()
    assert row.state == end
    letters = list(EboxDocument.objects.order_by("kind"))
    assert [each.kind for each in letters] == ["CORRECTION_DECIDED", "OWN_CORRECTION_DECIDED"]
    for letter in letters:
        assert letter.about == row.number
        assert row.number in letter.subjects["en"]
        assert letter.subjects["en"].endswith(result)
        assert render_day(row.registration_date, Language.EN) in letter.bodies["en"]


def test_a_correction_of_the_place_moves_the_spell(counter: Counter, event: int):
    number = a_taken_correction(counter, event, corrected_at=None, corrected_work_place="1Y1003TESTC9Z")
    decide(counter, number)
    assert Spell.objects.get().work_place == "1Y1003TESTC9Z" != CLEANING_SITE


def test_documents_are_erased_some_time_after_the_decision_and_their_hashes_stay(counter: Counter, event: int):
    decide(counter, a_taken_correction(counter, event))
    late = RECEIVED + 2 * DAY
    assert forget_evidence(decided_before=RECEIVED + HOUR, at=late) == 0
    assert forget_evidence(decided_before=late, at=late) == 1
    assert forget_evidence(decided_before=late, at=late) == 0
    assert [(one.sha256, one.erased_at) for one in CorrectionEvidence.objects.all()] == [(BADGE_LOG.sha256, late)]


def test_a_document_that_another_request_needs_is_not_erased(counter: Counter, event: int):
    decide(counter, a_taken_correction(counter, event))
    ask(counter, event, corrected_at=RECEIVED - 2 * HOUR)
    HandedInEvidence.objects.all().delete()
    hand_in(BADGE_LOG.sha256, at=RECEIVED + 2 * HOUR)
    forget_evidence(decided_before=RECEIVED + 2 * DAY, at=RECEIVED + 2 * DAY)
    assert forget_unnamed(at=RECEIVED + 100 * DAY) == 0
    assert needed_among([BADGE_LOG.sha256]) == {BADGE_LOG.sha256}
