"""What an operator sees of a period, and how periods and declarations are found."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from domain.environments import Environment
from evidence.models import Submission
from registers.access.models import Entity
from registers.student_days.models import Period, PeriodVersion
from registers.student_days.questions.histories import read_history
from registers.student_days.questions.searches import (
    Page,
    Place,
    Reception,
    find_declarations,
    find_periods_of_employer,
    find_periods_of_person,
    find_refused_of_employer,
)
from tests.registers.conftest import NOON, OTHER, Filer, a_cancellation, an_action, an_update
from tests.registers.questions.conftest import AN_OPERATOR, Counted, ask, looks

ASKED = ask(asker=AN_OPERATOR)


def period_of(result) -> str:
    return result.impact.period.period_id


def employer(number: str = "0412345614") -> int:
    return Entity.objects.get(company_number=number, environment="R").pk


def test_an_unknown_number_has_no_history_and_the_look_is_on_record(filer: Filer):
    assert read_history(610000000192, **ASKED) is None
    assert looks() == [("HISTORY", "operator", None, "610000000192")]


def test_a_history_tells_every_version_with_its_declaration_submission_and_movement(filer: Filer):
    (first,) = filer(an_action(planned_hours=240))
    (second,) = filer(a_cancellation(period_of(first)), at=NOON + timedelta(hours=1))
    history = read_history(int(period_of(first)), **ASKED)

    assert [(m.version.reason, m.version.change) for m in history.movements] == [
        ("GRANTED", 240),
        ("CANCELLED", -240),
    ]
    assert [m.origin.ticket for m in history.movements] == [str(first.ticket), str(second.ticket)]
    assert [(m.origin.action, m.origin.sender, m.origin.channels) for m in history.movements] == [
        ("DimonaIn", "123456", ("SFTP",)),
        ("DimonaCancel", "123456", ("SFTP",)),
    ]
    assert (history.period.state, history.employer.number) == ("CANCELLED", "012345674")


def test_a_set_that_came_again_is_told_as_a_replay(filer: Filer):
    (first,) = filer(an_action())
    original = Submission.objects.get()
    Submission.objects.create(
        **{
            name: getattr(original, name)
            for name in ("environment", "channel", "tray", "owner", "technical_user", "reception", "subject_name")
        },
        first_of_name=original,
        received_at=NOON + timedelta(days=1),
        received_on=date(2026, 7, 2),
    )
    (movement,) = read_history(int(period_of(first)), **ASKED).movements

    assert [replay.received_at for replay in movement.origin.replays] == [NOON + timedelta(days=1)]


def test_a_version_that_the_counter_made_itself_has_no_declaration(filer: Filer):
    (first,) = filer(an_action())
    version = PeriodVersion.objects.get()
    version.pk, version.reason, version.declaration, version.change = (version.period_id, 2), "MERGED", None, 0
    version.save(force_insert=True)
    movements = read_history(int(period_of(first)), **ASKED).movements

    assert [(one.version.reason, one.origin is None) for one in movements] == [("GRANTED", False), ("MERGED", True)]


def test_a_history_tells_what_was_refused_of_the_period_and_why(filer: Filer):
    (first,) = filer(an_action(), at=NOON)
    (refused,) = filer(an_update(period_of(first), planned_hours=100), at=NOON + timedelta(hours=1))
    history = read_history(int(period_of(first)), **ASKED)

    assert [(one.received_at, one.origin.ticket, one.origin.codes) for one in history.refused] == [
        (NOON + timedelta(hours=1), str(refused.ticket), ("90378-444",))
    ]
    assert len(history.movements) == 1


def test_refused_declarations_are_found_by_their_employer(filer: Filer):
    filer(an_action(), an_action(), an_action(employer=OTHER), at=NOON)

    def of(company: str) -> list[tuple[str, ...]]:
        return [row.codes for row in find_refused_of_employer(employer(company), Reception(), Page(), **ASKED).rows]

    assert (of("0412345614"), of("0400767772")) == ([("90373-333",)], [])


def test_a_history_takes_four_queries_and_that_of_the_log(filer: Filer):
    (first,) = filer(an_action())
    filer(a_cancellation(period_of(first)))
    with Counted() as counted:
        read_history(int(period_of(first)), **ASKED)

    assert counted.count == 5


def test_a_history_of_another_environment_is_not_found(filer: Filer):
    (first,) = filer(an_action())

    assert read_history(int(period_of(first)), **(ASKED | {"environment": Environment.TEST})) is None


def test_all_periods_of_a_person_are_found_cancelled_ones_too(filer: Filer, person):
    (first,) = filer(an_action())
    filer(a_cancellation(period_of(first)))
    filer(an_action(employer=OTHER), at=NOON + timedelta(hours=1))
    found = find_periods_of_person(person(), Page(), **ASKED)

    assert [(row.state, row.employer.name) for row in found.rows] == [
        ("CANCELLED", "Voorbeeld Winkels"),
        ("ACTIVE", "Other"),
    ]
    assert found.following is None


def test_nobody_has_no_periods(db: None):
    assert find_periods_of_person(None, Page(), **ASKED).rows == ()


def test_pages_of_an_employer_hold_each_period_once(filer: Filer, distinct_students):
    filer(*(an_action(insz=distinct_students()) for _ in range(5)))
    filer(*(an_action(insz=distinct_students()) for _ in range(2)), at=NOON + timedelta(hours=1))
    seen, page = [], Page(size=3)
    for _ in range(3):
        found = find_periods_of_employer(employer(), Reception(), page, **ASKED)
        seen += [row.number for row in found.rows]
        page = Page(size=3, after=found.following)

    assert (len(seen), len(set(seen)), found.following) == (7, 7, None)


def test_periods_of_an_employer_are_found_by_brussels_days_of_reception(filer: Filer, distinct_students):
    late_evening = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    filer(an_action(insz=distinct_students()))
    filer(an_action(insz=distinct_students()), at=late_evening)

    def on(day: date) -> int:
        return len(find_periods_of_employer(employer(), Reception(day, day), Page(), **ASKED).rows)

    assert [on(date(2026, 7, day)) for day in (1, 2, 3)] == [1, 1, 0]


def test_a_page_of_many_people_puts_each_of_them_on_record(filer: Filer, distinct_students):
    filer(*(an_action(insz=distinct_students()) for _ in range(4)))
    own = employer()
    with Counted() as counted:
        find_periods_of_employer(own, Reception(), Page(size=3), **ASKED)

    assert len({person for _, _, person, _ in looks()}) == 3
    assert counted.count == 2


def test_declarations_are_found_by_reception_refused_ones_too(filer: Filer):
    filer(an_action(), an_action(), at=NOON)
    found = find_declarations(Reception(date(2026, 7, 1), date(2026, 7, 1)), Page(), **ASKED)

    assert [(row.is_accepted, row.codes, row.period is None) for row in found.rows] == [
        (True, (), False),
        (False, ("90373-333",), True),
    ]
    assert find_declarations(Reception(date(2026, 7, 2), None), Page(), **ASKED).rows == ()


def test_pages_of_declarations_hold_each_once(filer: Filer, distinct_students):
    filer(*(an_action(insz=distinct_students()) for _ in range(5)))
    first = find_declarations(Reception(), Page(size=3), **ASKED)
    second = find_declarations(Reception(), Page(size=3, after=first.following), **ASKED)

    assert len({row.ticket for row in (*first.rows, *second.rows)}) == 5
    assert second.following is None


@pytest.mark.parametrize("text", ["", "now/1", "2026-07-01T10:00:00/1", "2026-07-01T10:00:00+00:00/x"])
def test_a_place_is_no_other_text(text: str):
    with pytest.raises(ValueError):
        Place.parse(text)


def test_a_place_is_read_as_it_is_written():
    place = Place(NOON, 610000000192)

    assert Place.parse(str(place)) == place


def test_every_search_is_led_by_an_index(filer: Filer, person):
    filer(an_action())
    somebody, one = person(), employer()
    asked = ((find_periods_of_person, (somebody,)), (find_periods_of_employer, (one, Reception())))
    plans = []
    for search, subject in asked:
        with Counted() as counted:
            search(*subject, Page(size=3, after=Place(NOON - timedelta(days=1), 1)), **ASKED)
        plans.append(explain(counted))

    assert "period_of_employer" in plans[1]
    assert ("period_not_twice" in plans[0], "cancelled_period_of_person" in plans[0]) == (True, True)


FILL = """
INSERT INTO student_days_declaration (environment, submission_id, form_index, ticket, action, accepted, is_late, codes,
    received_at, filed_at)
SELECT environment, submission_id, 1 + number, lpad(number::text, 13, '0'), action, true, false, '[]', at, at
FROM student_days_declaration, LATERAL (SELECT number, received_at + number * interval '2 minutes' AS at
    FROM generate_series(1, 20000) AS number) AS later
"""


def test_only_the_blocks_with_the_days_of_reception_are_read(filer: Filer):
    filer(an_action())
    with connection.cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute("SELECT brin_summarize_new_values('declaration_by_reception')")
        cursor.execute("ANALYZE student_days_declaration")
    with Counted() as counted:
        found = find_declarations(Reception(date(2026, 7, 9), date(2026, 7, 9)), Page(), **ASKED)

    assert len(found.rows) == 50
    assert "declaration_by_reception" in explain(counted, without=())


def explain(counted: Counted, without: tuple[str, ...] = ("seqscan",)) -> str:
    (sql,) = (q["sql"] for q in counted.captured_queries if q["sql"].startswith(("SELECT", "(SELECT")))
    with connection.cursor() as cursor:
        for way in without:
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_a_look_without_a_reason_is_refused_and_reads_nothing(filer: Filer, person):
    filer(an_action())
    with Counted() as counted, pytest.raises(ValueError, match="says why"):
        find_periods_of_person(1, Page(), **ask(asker=replace(AN_OPERATOR, reason=" ")))

    assert counted.count == 0
    assert Period.objects.count() == 1
