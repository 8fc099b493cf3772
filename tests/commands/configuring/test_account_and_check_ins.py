"""`guichet account suspend`, `resume` and `close` as the check-in register hears of them: the employer's presences are judged anew."""

import io
from datetime import date, timedelta

import pytest
from django.conf import settings

from correspondence.models import EboxAlert, EboxDocument
from domain.brussels import brussels_date
from domain.checkins.items import Employer
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import ClockingChannel, ReportOutcome
from domain.environments import Environment
from evidence.clock import SystemClock
from evidence.models import AuditEvent
from registers.checkins.error_reports import Answer, close_report, tell_employer
from registers.checkins.intake import take_items
from registers.checkins.models import ErrorReport, Presence
from registers.checkins.unanswered_reports import tell_that_nobody_answers
from registers.checkins.upkeep import validate_all
from registers.persons.aliases import Aliases
from registers.persons.numbers import PersonKeys
from tests.checkin_items import a_day
from tests.commands.configuring.hand_ins import Run
from tests.commands.configuring.test_account import COMPANY, NUMBER, _keys, active_company, register
from tests.registers.checkins.conftest import a_work_place
from tests.registers.checkins.employing import employ

__all__ = ["_keys"]

pytestmark = pytest.mark.django_db
AUTHORITIES = {
    "nl": "Toezicht op de Sociale Wetten",
    "fr": "Contrôle des lois sociales",
    "de": "Kontrolle der Sozialgesetze",
    "en": "Supervision of Social Laws",
}


def person_keys() -> PersonKeys:
    return PersonKeys.read(settings.GUICHET.home / "keys" / "persons.json")


@pytest.fixture
def presence(run: Run, monkeypatch: pytest.MonkeyPatch) -> Presence:
    """A presence of today that every source finds right, of an employer with an account."""
    monkeypatch.setattr("sys.stdin", io.StringIO(NUMBER))
    register(run)
    active_company()
    a_work_place(declarant=COMPANY, valid_from=date(2020, 1, 1))
    sender = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)
    aliases = Aliases(person_keys(), environment=Environment.PRODUCTION)
    now = SystemClock().now()
    day = a_day(date=brussels_date(now), employer=Employer(enterprise_number=COMPANY))
    take_items([day], by=sender, aliases=aliases, limits=CheckInLimits(), received_at=now, at=now)
    row = Presence.objects.get()
    employ(row.person_id, company=COMPANY)
    assert judged(row) == ("VALIDATED", [])
    return row


def judged(row: Presence) -> tuple[str, list[str]]:
    """Return what stands in the register once the next run of the validation is over."""
    validate_all(keys=person_keys, now=lambda: SystemClock().now() + timedelta(minutes=5))
    row.refresh_from_db()
    return row.status, row.remarks


def test_presences_of_an_employer_whose_account_is_suspended_fail_until_it_is_resumed(run: Run, presence: Presence):
    assert run(f"account suspend {COMPANY}", "--reason", "asked by the inspection")[0] == 0
    assert judged(presence) == ("FAILED", ["EMPLOYER_NOT_ACTIVE"])
    assert run(f"account resume {COMPANY}")[0] == 0
    assert judged(presence) == ("VALIDATED", [])


def test_presences_of_an_employer_whose_account_is_closed_fail(run: Run, presence: Presence):
    assert run(f"account close {COMPANY}", "--reason", "asked by the inspection")[0] == 0
    assert judged(presence) == ("FAILED", ["EMPLOYER_NOT_ACTIVE"])


def letters() -> list[EboxDocument]:
    return list(EboxDocument.objects.filter(kind="OWN_ERROR_UNANSWERED"))


def test_a_worker_who_waits_for_the_answer_of_a_company_is_told_once_that_its_account_is_closed(
    run: Run, presence: Presence
):
    now = SystemClock().now()
    EboxAlert.objects.create(person_id=presence.person_id, environment="R", address="ana@example.org", activated_at=now)
    for message in ("I came at eight", "It was the station"):
        tell_employer(presence, message, at=now)
    status, told = run(f"account close {COMPANY}", "--reason", "the company stopped")
    assert (status, "1 of its workers, who waits for an answer, is told" in told) == (0, True)
    (letter,) = letters()
    assert letter.person_id == presence.person_id
    for language, authority in AUTHORITIES.items():
        assert authority in letter.bodies[language]
    for hidden in ("eight", "station", COMPANY, presence.work_place):
        assert hidden not in str((letter.subjects, letter.bodies))
    (event,) = AuditEvent.objects.filter(action="checkin:errors:unanswered")
    assert event.detail == {"company": COMPANY, "people": 1}
    assert ErrorReport.objects.filter(handled_at__isnull=True).count() == 2
    tell_that_nobody_answers(COMPANY, actor="operator", at=now)
    assert len(letters()) == 1


@pytest.mark.parametrize("is_told", [False, True], ids=["nothing is told", "it is answered"])
def test_nobody_is_written_to_where_nobody_waits(run: Run, presence: Presence, is_told: bool):
    now = SystemClock().now()
    EboxAlert.objects.create(person_id=presence.person_id, environment="R", address="ana@example.org", activated_at=now)
    if is_told:
        report = tell_employer(presence, "I came at eight", at=now)
        answer = Answer(ReportOutcome.NOTHING_WRONG, "The badge says nine")
        close_report(report.pk, answer, company=COMPANY, actor="person:1", at=now)
    assert run(f"account close {COMPANY}", "--reason", "the company stopped")[0] == 0
    assert letters() == []
    assert not AuditEvent.objects.filter(action="checkin:errors:unanswered").exists()
