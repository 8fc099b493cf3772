"""Tell students in their e-Boxes what a submission declared of them: after it was filed, once, and a chunk at a time.

Only whose e-Box is active is told, as an e-Box is there to be activated. Filing leaves one row for each submission and
does nothing else for it, so that a large one costs no more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F

from correspondence.ebox import Posting
from correspondence.ebox_mass import publish_all
from correspondence.models import EboxKind
from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.namesakes import numbered, with_namesakes
from domain.student_declarations import STUDENT
from domain.student_years import WARNED_AT, passed
from domain.written_values import Hours, WrittenValue
from registers.student_days.models import Declaration, Period, PeriodState, QuotaAccount
from registers.student_days.telling_tables import UntoldSubmission

CHUNK = 5_000
"""Forms that are told in one transaction."""

_PUBLISHER = "student days"
_LEAVE = """
    INSERT INTO student_days_untoldsubmission (submission_id, environment, next_form)
    SELECT submission, %s, %s FROM unnest(%s::bigint[]) AS submission
    ON CONFLICT (submission_id) DO UPDATE
        SET next_form = LEAST(student_days_untoldsubmission.next_form, EXCLUDED.next_form)
"""
_NEWS = """
    SELECT period.person_id, period.employer_id, employer.name, version.period_id, version.number, version.state,
        version.is_late, version.starting_date, version.ending_date, version.planned,
        version.planned - version.granted - version.neutralised, -version.change,
        coalesce(earlier.planned - earlier.granted - earlier.neutralised, 0),
        version.number = 1 AND NOT EXISTS (
            SELECT 1 FROM student_days_period other
            WHERE other.environment = period.environment AND other.person_id = period.person_id
                AND other.employer_id = period.employer_id AND other.worker_type = period.worker_type
                AND other.first_declared_at < period.first_declared_at)
    FROM student_days_declaration declaration
    JOIN student_days_period period ON period.id = declaration.period_id
    JOIN correspondence_eboxalert alert ON alert.person_id = period.person_id AND alert.activated_at IS NOT NULL
    JOIN student_days_periodversion version
        ON version.period_id = declaration.period_id AND version.declaration_id = declaration.id
    LEFT JOIN student_days_periodversion earlier
        ON earlier.period_id = version.period_id AND earlier.number = version.number - 1
    JOIN access_entity employer ON employer.id = period.employer_id
    WHERE declaration.submission_id = %(submission)s AND declaration.environment = %(environment)s
        AND declaration.form_index >= %(first)s AND declaration.form_index < %(end)s
        AND period.worker_type = %(student)s AND period.unit = 'HOURS'
    ORDER BY declaration.form_index
"""


@dataclass(frozen=True, slots=True)
class _News:
    """What one form made of a period of somebody whose e-Box is active.

    `outside` lies outside the contingent, `freed` was inside before and is no more.
    """

    person_id: int
    employer_id: int
    employer: str
    period: int
    version: int
    state: str
    is_late: bool
    starting_date: date
    ending_date: date | None
    planned: int
    outside: int
    freed: int
    outside_before: int
    is_first: bool


def leave_to_tell(submission_ids: Sequence[int], environment: Environment, *, first_form: int = 0) -> None:
    """Note in the running transaction that the students of these submissions are to be told; a test concerns nobody."""
    if environment is Environment.PRODUCTION and submission_ids:
        with connection.cursor() as cursor:
            cursor.execute(_LEAVE, [environment, first_form, list(submission_ids)])


def tell_students(
    *, at: datetime, warned_at: Collection[int] = WARNED_AT, most_chunks: int = 20, chunk: int = CHUNK
) -> int:
    """Publish what waits, `chunk` forms at a time, each in a transaction of its own; return how many documents.

    `warned_at` are percentages of the contingent: whoever comes above one is warned of it once in a year.
    A repeat publishes nothing twice, and of two who tell at once each takes other submissions.
    """
    published = 0
    for _ in range(most_chunks):
        count = _tell_chunk(chunk, warned_at=warned_at, at=at)
        if count is None:
            break
        published += count
    return published


@transaction.atomic
def _tell_chunk(chunk: int, *, warned_at: Collection[int], at: datetime) -> int | None:
    """Tell of the next forms of one submission; None when nothing waits."""
    waiting = UntoldSubmission.objects.select_for_update(skip_locked=True).order_by("submission_id").first()
    if waiting is None:
        return None
    end = waiting.next_form + chunk
    news = _read(waiting, end=end)
    postings = [posting for each in news for posting in _postings(each)]
    documents = publish_all([*postings, *_warnings(news, warned_at=warned_at)], at=at)
    later = Declaration.objects.filter(
        submission_id=waiting.submission_id, environment=waiting.environment, form_index__gte=end
    )
    if later.exists():
        waiting.next_form = end
        waiting.save(update_fields=["next_form"])
    else:
        waiting.delete()
    return documents


def _read(waiting: UntoldSubmission, *, end: int) -> list[_News]:
    with connection.cursor() as cursor:
        cursor.execute(
            _NEWS,
            {
                "submission": waiting.submission_id,
                "environment": waiting.environment,
                "first": waiting.next_form,
                "end": end,
                "student": STUDENT,
            },
        )
        news = [_News(*row) for row in cursor.fetchall()]
    called = _called(news)
    return [replace(each, employer=called[each.person_id, each.employer_id]) for each in news]


def _called(news: Sequence[_News]) -> dict[tuple[int, int], str]:
    """Return how employers are called, by student and employer: numbered where the student has two of one name, as on pages.

    One query, none for nobody.
    """
    if not news:
        return {}
    people = {each.person_id for each in news}
    periods = Period.objects.filter(environment=Environment.PRODUCTION, person_id__in=people, worker_type=STUDENT)
    known = periods.values_list("person_id", "employer_id", "employer__name", "employer__company_number").distinct()
    employers: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
    for person, employer, name, number in known:
        employers[person][employer] = (name, number)
    called: dict[tuple[int, int], str] = {}
    for person, named in employers.items():
        alike = with_namesakes({employer: name for employer, (name, _number) in named.items()})
        for employer, (name, number) in named.items():
            called[person, employer] = numbered(name, number) if employer in alike else name
    return called


def _postings(news: _News) -> Iterator[Posting]:
    """Return what is worth telling: a first declaration of an employer, hours outside, lateness, a cancellation."""
    about_version = f"student period {news.period}.{news.version}"
    if news.state == PeriodState.CANCELLED:
        yield _posting(news, EboxKind.STUDENT_CANCELLED, about_version)
        return
    if news.is_first:
        yield _posting(news, EboxKind.STUDENT_EMPLOYER, f"student {news.person_id} at employer {news.employer_id}")
    if news.is_late and news.version == 1:
        yield _posting(news, EboxKind.STUDENT_LATE, about_version)
    elif not news.is_late and news.outside > news.outside_before:
        yield _posting(news, EboxKind.STUDENT_OVER_LIMIT, about_version)


def _warnings(news: Sequence[_News], *, warned_at: Collection[int]) -> Iterator[Posting]:
    """Return a warning for each whose contingent is nearly used up, or just full; who is outside it is told so instead.

    Two queries, and none where nobody is warned.
    """
    people = {each.person_id for each in news if each.state != PeriodState.CANCELLED}
    if not people or not warned_at:
        return
    accounts = QuotaAccount.objects.filter(
        environment=Environment.PRODUCTION,
        person_id__in=people,
        year__in={each.starting_date.year for each in news},
        unit=QuotaUnit.HOURS,
    )
    near = [
        (account, percent)
        for account in accounts.order_by("person_id", "year")
        if (percent := passed(account.granted, account.limit, warned_at=warned_at)) is not None
    ]
    outside = _outside([account.person_id for account, _percent in near])
    for account, percent in near:
        if (account.person_id, account.year) not in outside:
            values: dict[str, WrittenValue] = {
                "year": str(account.year),
                "limit": Hours(account.limit),
                "granted": str(account.granted),
                "left": Hours(account.limit - account.granted),
            }
            yield Posting(
                kind=EboxKind.STUDENT_NEAR_LIMIT,
                environment=Environment.PRODUCTION,
                values=values,
                publisher=_PUBLISHER,
                occasion=f"student {account.person_id} above {percent}% of {account.year}",
                person_id=account.person_id,
            )


def _outside(people: Collection[int]) -> set[tuple[int, int]]:
    """Return which of these persons have hours outside the contingent, with the year; late hours are always outside."""
    if not people:
        return set()
    periods = Period.objects.filter(
        environment=Environment.PRODUCTION, person_id__in=people, worker_type=STUDENT, is_late=False
    ).exclude(state=PeriodState.CANCELLED)
    above = periods.filter(planned__gt=F("granted") + F("neutralised"))
    return {(person, first.year) for person, first in above.values_list("person_id", "starting_date")}


def _posting(news: _News, kind: EboxKind, occasion: str) -> Posting:
    values: dict[str, WrittenValue] = {
        "employer": news.employer,
        "hours": Hours(news.planned),
        "freed": Hours(news.freed),
        "contingent": "CONTINGENT_FREED" if news.freed else "CONTINGENT_UNTOUCHED",
        "outside": Hours(news.outside),
        "first": news.starting_date,
        "last": news.ending_date or "",
    }
    return Posting(
        kind=kind,
        environment=Environment.PRODUCTION,
        values=values,
        publisher=_PUBLISHER,
        occasion=occasion,
        person_id=news.person_id,
    )
