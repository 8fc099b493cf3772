"""What a declarant sees of its declarations and of the periods of its employers."""

from datetime import timedelta

import pytest

from domain.student_day_questions import Asker, AskerKind
from domain.student_declarations import EmployerId
from registers.access.models import Mandate, MandateState
from registers.student_days.questions.declarants import read_declaration, read_period
from tests.registers.conftest import (
    NOON,
    NOOR,
    OTHER,
    STRANGER,
    Filer,
    a_cancellation,
    a_registration,
    an_action,
    an_end,
    an_update,
    period_of,
)
from tests.registers.conftest import OWN as OWN_EMPLOYER
from tests.registers.questions.conftest import Counted, looks

A_SENDER = Asker(AskerKind.SENDER, "123456", "state of its own declaration")
ASKED = {"asker": A_SENDER, "at": NOON}
OWN, STRANGERS = "0412345614", "0123456749"
UNKNOWN, UNKNOWN_REGISTRATION = "610000000192", "610000000192"


def number_of(result) -> int:
    return int(result.impact.period.period_id)


def test_a_period_of_the_own_entity_is_told_with_its_versions(filer: Filer):
    (first,) = filer(an_action(planned_hours=700))
    filer(a_cancellation(first.impact.period.period_id))
    history = read_period(number_of(first), declaring_company=OWN, **ASKED)

    assert (history.number, history.environment, history.worker_type) == (first.impact.period.period_id, "R", "STU")
    assert [(version.reason, version.state, version.planned) for version in history.versions] == [
        ("GRANTED", "ACTIVE", 700),
        ("CANCELLED", "CANCELLED", 700),
    ]
    assert [version.exceeding for version in history.versions] == [50, 0]


def test_a_period_of_an_employer_with_a_mandate_is_told(filer: Filer):
    (first,) = filer(an_action(employer=OTHER))

    assert read_period(number_of(first), declaring_company=OWN, **ASKED) is not None


def test_a_period_whose_mandate_ended_is_told_no_more(filer: Filer):
    (first,) = filer(an_action(employer=OTHER))
    Mandate.objects.update(state=MandateState.CLOSED, valid_until=NOON)

    assert read_period(number_of(first), declaring_company=OWN, **ASKED) is None


@pytest.mark.parametrize("employer", [None, OWN_EMPLOYER, STRANGER], ids=["unnamed", "own", "theirs"])
def test_no_door_tells_a_period_of_others_from_one_that_does_not_exist(filer: Filer, employer: EmployerId | None):
    stranger = Filer(filer.keys, company=STRANGERS)
    theirs = period_of(stranger(an_action(employer=STRANGER, worker_type="FLX", planned_hours=None))[0])
    in_theirs = stranger(a_registration(period_id=theirs))[0].registration.registration.registration_id

    def told(period: str, registration: str) -> list[list[tuple[object, ...]]]:
        results = filer(
            a_cancellation(period, employer=employer),
            an_end(period, employer=employer),
            an_update(period, employer=employer, planned_hours=1),
            a_registration(period_id=period),
            a_registration(status="3", registration_id=registration, starting_hour="1000"),
        )
        assert read_period(int(period), declaring_company=OWN, **ASKED) is None
        return [[(finding.code, finding.tag, finding.conflicting) for finding in one.findings] for one in results]

    assert told(theirs, in_theirs) == told(UNKNOWN, UNKNOWN_REGISTRATION)


def test_a_period_of_others_is_told_as_little_as_one_that_does_not_exist(filer: Filer):
    stranger = Filer(filer.keys, company=STRANGERS)
    (theirs,) = stranger(an_action(employer=STRANGER))

    assert read_period(number_of(theirs), declaring_company=OWN, **ASKED) is None
    assert read_period(int(UNKNOWN), declaring_company=OWN, **ASKED) is None
    assert looks() == []


def test_a_period_takes_four_queries_and_that_of_the_log(filer: Filer):
    (first,) = filer(an_action())
    with Counted() as counted:
        read_period(number_of(first), declaring_company=OWN, **ASKED)

    assert counted.count == 5
    assert [(question, about) for question, _, _, about in looks()] == [("PERIOD", first.impact.period.period_id)]


def test_a_declaration_of_the_sender_is_told_with_its_codes_and_period(filer: Filer):
    first, second = filer(an_action(), an_action())
    accepted = read_declaration(str(first.ticket), sender="123456", **ASKED)
    refused = read_declaration(str(second.ticket), sender="123456", **ASKED)

    assert (accepted.is_accepted, accepted.codes, accepted.period) == (True, (), first.impact.period.period_id)
    assert (refused.is_accepted, refused.codes, refused.period) == (False, ("90373-333",), None)


def test_a_declaration_of_another_sender_is_not_told(filer: Filer):
    (first,) = filer(an_action())

    assert read_declaration(str(first.ticket), sender="654321", **ASKED) is None
    assert looks() == []


def test_a_declaration_whose_worker_is_still_to_be_identified_waits(filer: Filer):
    (waiting,) = filer(an_action(insz=None, person=NOOR))
    told = read_declaration(str(waiting.ticket), sender="123456", **ASKED)

    assert (told.result, told.codes, told.period, told.filed_at) == ("S", (), None, None)
    assert looks() == [("DECLARATION", "123456", None, str(waiting.ticket))]
    assert read_declaration(str(waiting.ticket), sender="654321", **ASKED) is None


def test_a_ticket_that_nothing_has_is_not_handled_yet(filer: Filer):
    assert read_declaration("0000000000000", sender="123456", **ASKED) is None


def test_a_declaration_takes_one_query_and_that_of_the_log(filer: Filer):
    (first,) = filer(an_action(), at=NOON + timedelta(minutes=1))
    with Counted() as counted:
        read_declaration(str(first.ticket), sender="123456", **ASKED)

    assert counted.count == 2
