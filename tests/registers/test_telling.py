"""Students read in their e-Boxes what employers declare of them; once, and only whose e-Box is active."""

from datetime import UTC, date, datetime

import pytest

from correspondence.ebox_alerts import activate
from correspondence.models import EboxDocument, OutboxMessage
from domain.environments import Environment
from domain.languages import Language
from evidence.models import Submission
from registers.access.models import Entity
from registers.persons.models import PersonIdentifier
from registers.persons.numbers import PersonKeys
from registers.student_days.contingent_rules import neutralise
from registers.student_days.models import Period
from registers.student_days.telling import leave_to_tell, tell_students
from registers.student_days.telling_tables import UntoldSubmission
from tests.counter_bench import make_entity
from tests.registers.conftest import NOON, OTHER, Filer, a_cancellation, an_action, an_update, period_of

NUMBER = "05071400153"
R = Environment.PRODUCTION
STARTED = datetime(2026, 7, 3, 10, 0, tzinfo=UTC)


@pytest.fixture
def student(filer: Filer, keys: PersonKeys) -> int:
    """A student whose e-Box is active, with one period that was told before."""
    filer(
        an_action(starting_date=date(2026, 1, 5), ending_date=date(2026, 1, 9), planned_hours=30),
        at=NOON.replace(month=1),
    )
    person_id = PersonIdentifier.objects.get(lookup=keys.lookup(NUMBER)).person_id
    activate(person_id, "noor@example.be", language=Language.NL, environment=R, at=NOON)
    return person_id


def file_and_tell(filer: Filer, *actions, at: datetime = NOON):
    results = filer(*actions, at=at)
    leave_to_tell([Submission.objects.latest("pk").pk], R)
    tell_students(at=at)
    return results


def told() -> list[tuple[str, str]]:
    return [(row.kind, row.bodies["en"]) for row in EboxDocument.objects.order_by("pk")]


def kinds() -> list[str]:
    return [kind for kind, _body in told()]


def test_a_first_declaration_of_an_employer_is_told_once(filer: Filer, student: int):
    file_and_tell(filer, an_action(employer=OTHER, planned_hours=40))
    file_and_tell(
        filer, an_action(employer=OTHER, planned_hours=8, starting_date=date(2026, 8, 3), ending_date=date(2026, 8, 4))
    )

    ((kind, body),) = told()
    assert kind == "STUDENT_EMPLOYER"
    assert body.startswith("Other declared student work for you for the first time: 40 hours, from 2 July 2026")
    assert OutboxMessage.objects.get().recipient == "noor@example.be"
    assert not UntoldSubmission.objects.exists()


def test_an_employer_whose_name_another_one_of_the_student_has_is_told_with_its_number(filer: Filer, student: int):
    shop = Period.objects.get().employer
    Entity.objects.filter(environment=R, nsso_number=OTHER.nsso).update(name=shop.name.upper())
    file_and_tell(filer, an_action(employer=OTHER, planned_hours=40))

    document, other = EboxDocument.objects.get(), Entity.objects.get(environment=R, nsso_number=OTHER.nsso)
    assert document.subjects["en"] == f"New employer: {other.name} ({other.company_number})"
    assert document.bodies["en"].startswith(f"{other.name} ({other.company_number}) declared student work for you")


def test_a_namesake_that_never_employed_the_student_changes_no_name(filer: Filer, student: int):
    Entity.objects.filter(environment=R).exclude(nsso_number=OTHER.nsso).update(name="Other's namesake")
    make_entity(name="Other", company="0448181966", nsso="", environments=(R,))
    file_and_tell(filer, an_action(employer=OTHER, planned_hours=40))

    assert EboxDocument.objects.get().subjects["en"] == "New employer: Other"


def test_an_employer_that_declared_before_is_no_news(filer: Filer, student: int):
    file_and_tell(filer, an_action(planned_hours=20))
    assert kinds() == []


def test_hours_above_the_limit_are_told_with_their_number(filer: Filer, student: int):
    (opened,) = file_and_tell(filer, an_action(planned_hours=640))
    file_and_tell(filer, an_update(period_of(opened), planned_hours=630))
    file_and_tell(filer, an_update(period_of(opened), planned_hours=660))

    assert kinds() == ["STUDENT_OVER_LIMIT", "STUDENT_OVER_LIMIT"]
    assert [body.split("Outside your contingent: ")[1].split(".")[0] for _kind, body in told()] == [
        "20 hours",
        "40 hours",
    ]


def test_a_late_declaration_is_told_as_such(filer: Filer, student: int):
    file_and_tell(filer, an_action(planned_hours=20), at=STARTED)
    assert kinds() == ["STUDENT_LATE"]


def test_a_cancelled_period_is_told(filer: Filer, student: int):
    (opened,) = file_and_tell(filer, an_action(planned_hours=20))
    file_and_tell(filer, a_cancellation(period_of(opened)))
    assert kinds() == ["STUDENT_CANCELLED"]


def test_a_cancelled_period_frees_what_it_had_been_granted(filer: Filer, student: int):
    file_and_tell(filer, an_action(planned_hours=610))
    (opened,) = file_and_tell(filer, an_action(employer=OTHER, planned_hours=30))
    file_and_tell(filer, a_cancellation(period_of(opened)))

    *_, (kind, body) = told()
    assert kind == "STUDENT_CANCELLED"
    assert "cancelled the agreement of 30 hours, from " in body
    assert body.endswith("That frees 10 hours of your contingent.")


def test_a_cancelled_period_that_had_nothing_granted_frees_nothing(filer: Filer, student: int):
    (opened,) = file_and_tell(filer, an_action(planned_hours=20), at=STARTED)
    file_and_tell(filer, a_cancellation(period_of(opened)))

    *_, (kind, body) = told()
    assert kind == "STUDENT_CANCELLED"
    assert body.endswith("Nothing of your contingent was reserved for it.")


def test_one_hour_is_told_in_the_singular(filer: Filer, student: int):
    (opened,) = file_and_tell(filer, an_action(planned_hours=1))
    file_and_tell(filer, a_cancellation(period_of(opened)))

    ((_kind, body),) = told()
    assert "cancelled the agreement of 1 hour, from " in body
    assert body.endswith("That frees 1 hour of your contingent.")


def test_hours_that_count_in_no_contingent_lie_neither_outside_nor_are_they_freed(filer: Filer, student: int):
    year = (date(2026, 1, 1), date(2026, 12, 31))
    neutralise(*year, environment=R, most_hours=20, actor="operator", at=NOON)
    (opened,) = file_and_tell(filer, an_action(planned_hours=660))
    file_and_tell(filer, a_cancellation(period_of(opened)))

    (_, above), (_, cancelled) = told()
    assert " declared 660 hours, from " in above
    assert "Outside your contingent: 20 hours." in above
    assert "the agreement of 660 hours, from " in cancelled
    assert "That frees 620 hours of your contingent." in cancelled


def test_telling_a_submission_again_publishes_nothing_again(filer: Filer, student: int):
    file_and_tell(filer, an_action(employer=OTHER))
    leave_to_tell(list(Submission.objects.values_list("pk", flat=True)), R)
    tell_students(at=NOON)
    assert len(kinds()) == len(set(EboxDocument.objects.values_list("occasion", flat=True)))
    assert OutboxMessage.objects.count() == 1


def test_whoever_has_no_active_ebox_is_told_nothing(filer: Filer):
    file_and_tell(filer, an_action(planned_hours=700))
    assert kinds() == []
    assert not UntoldSubmission.objects.exists()


def test_a_test_concerns_nobody(filer: Filer, student: int):
    filer(an_action(employer=OTHER))
    leave_to_tell([Submission.objects.latest("pk").pk], Environment.TEST)
    assert tell_students(at=NOON) == 0


def test_a_large_submission_is_told_chunk_by_chunk(filer: Filer, student: int):
    starts = [date(2026, 7, day) for day in (6, 13, 20)]
    filer(*(an_action(planned_hours=300, starting_date=day, ending_date=day) for day in starts))
    leave_to_tell([Submission.objects.latest("pk").pk], R)

    assert tell_students(at=NOON, most_chunks=1, chunk=2) == 0
    assert UntoldSubmission.objects.get().next_form == 2
    assert tell_students(at=NOON, most_chunks=1, chunk=2) == 1
    assert kinds() == ["STUDENT_OVER_LIMIT"]
    assert not UntoldSubmission.objects.exists()


def test_who_comes_above_nine_tenths_is_warned_once_in_the_year(filer: Filer, student: int):
    (opened,) = file_and_tell(filer, an_action(planned_hours=555))
    assert "STUDENT_NEAR_LIMIT" not in kinds()
    file_and_tell(filer, an_update(period_of(opened), planned_hours=560))
    file_and_tell(filer, an_update(period_of(opened), planned_hours=570))

    (body,) = (body for kind, body in told() if kind == "STUDENT_NEAR_LIMIT")
    assert body.startswith("Of your 650 hours in 2026, 590 are worked or reserved. Left: 60 hours.")


def test_each_percentage_warns_by_itself(filer: Filer, student: int):
    (opened,) = filer(an_action(planned_hours=350))
    for hours in (360, 560):
        filer(an_update(period_of(opened), planned_hours=hours))
        leave_to_tell([Submission.objects.latest("pk").pk], R)
        tell_students(at=NOON, warned_at=(50, 90))
    assert kinds() == ["STUDENT_NEAR_LIMIT", "STUDENT_NEAR_LIMIT"]


def test_without_a_percentage_nobody_is_warned(filer: Filer, student: int):
    filer(an_action(planned_hours=600))
    leave_to_tell([Submission.objects.latest("pk").pk], R)
    tell_students(at=NOON, warned_at=())
    assert "STUDENT_NEAR_LIMIT" not in kinds()
