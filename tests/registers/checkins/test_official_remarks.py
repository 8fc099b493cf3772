"""Each of the seventeen official remarks is given where its source knows better, and by no source that is not open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from commands.stack.home import REPOSITORY
from domain.checkins.codes import OFFICIAL_REMARKS, Remark
from domain.checkins.items import DayPresence, Employer, Worker
from domain.checkins.outcomes import Registered
from domain.checkins.vocabulary import Capacity
from domain.identifiers import is_bis_number
from registers.access.models import Entity
from registers.checkins.models import PartyRole, Presence, SourceName, WorkPlace
from registers.persons.numbers import PersonKeys
from tests.checkin_items import COMPANY, INSS, RECEIVED, SITE, a_day
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.feeding import feeder, validate
from tests.registers.checkins.test_validation import employ

LATER = RECEIVED + timedelta(hours=1)
OTHER_COMPANY, OTHER_INSS = "0400767772", "05011512353"
BIS, LIMOSA_ID = "90231512323", "24910158641968060"
POSTED = a_day(worker=Worker(limosa_id=LIMOSA_ID), employer=None)
BIS_FROM_ABROAD = a_day(worker=Worker(inss=BIS), employer=Employer(foreign_vat="PL5260250274"))
SELF_EMPLOYED = a_day(capacity=Capacity.SELF_EMPLOYED)


def as_it_is(_presence: Presence) -> None:
    """Nothing changed meanwhile."""


def place(**deviation: object) -> Callable[[Presence], None]:
    return lambda _presence: WorkPlace.objects.filter(number=SITE).update(**deviation) and None


def ended_party(_presence: Presence) -> None:
    WorkPlace.objects.filter(number=SITE).update(declarant=OTHER_COMPANY)
    WorkPlace.objects.get(number=SITE).parties.create(
        environment="R",
        enterprise=COMPANY,
        role=PartyRole.CONTRACTOR,
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 2, 1),
    )


def ended_employer(presence: Presence) -> None:
    employ(presence.person_id)
    Entity.objects.filter(company_number=COMPANY).update(state="ENDED", state_since=RECEIVED)


@dataclass(frozen=True)
class Case:
    """What is registered, what changes before it is validated, and which source is fed with which lines."""

    item: DayPresence = field(default_factory=a_day)
    then: Callable[[Presence], None] = as_it_is
    source: SourceName | None = None
    lines: tuple[str, ...] = ()


CASES = {
    Remark.DIMONA_NOT_OK: Case(),
    Remark.NOT_THE_FOUNDER: Case(
        SELF_EMPLOYED,
        source=SourceName.FOUNDERS,
        lines=(f"{OTHER_COMPANY},{INSS},2020-01-01,", f"{COMPANY},{OTHER_INSS},2020-01-01,"),
    ),
    Remark.EMPLOYER_NOT_FOUNDER: Case(
        SELF_EMPLOYED, source=SourceName.FOUNDERS, lines=(f"{OTHER_COMPANY},{INSS},2020-01-01,",)
    ),
    Remark.COMPANY_NOT_EXISTING: Case(source=SourceName.COMPANIES, lines=(f"{OTHER_COMPANY},2020-01-01,",)),
    Remark.SELF_EMPLOYED_NOT_FOUNDER: Case(
        SELF_EMPLOYED, source=SourceName.FOUNDERS, lines=(f"{COMPANY},{OTHER_INSS},2020-01-01,",)
    ),
    Remark.LIMOSA_UNKNOWN: Case(POSTED, source=SourceName.LIMOSA, lines=("OTHER-1,,2026-01-01,",)),
    Remark.LIMOSA_NOT_ACTIVE: Case(POSTED, source=SourceName.LIMOSA, lines=(f"{LIMOSA_ID},,2026-01-01,2026-11-22",)),
    Remark.BIS_NOT_IN_LIMOSA: Case(BIS_FROM_ABROAD, source=SourceName.LIMOSA, lines=(f",{OTHER_INSS},2026-01-01,",)),
    Remark.BIS_NOT_ACTIVE_IN_LIMOSA: Case(BIS_FROM_ABROAD, source=SourceName.LIMOSA, lines=(f",{BIS},2026-11-24,",)),
    Remark.WORK_PLACE_NOT_EXISTING: Case(then=place(number="1Y1003TESTC9Z")),
    Remark.WORK_PLACE_NOT_ACTIVE: Case(then=place(valid_until=date(2026, 11, 22))),
    Remark.COMPANY_NOT_IN_WORK_PLACE: Case(then=place(declarant=OTHER_COMPANY)),
    Remark.SITE_NOT_SUBJECT: Case(then=place(is_subject=False)),
    Remark.NOT_IN_NATIONAL_REGISTER: Case(source=SourceName.NATIONAL_REGISTER, lines=(OTHER_INSS,)),
    Remark.EMPLOYER_NOT_ACTIVE: Case(then=ended_employer),
    Remark.CONTRACT_NOT_ACTIVE: Case(then=ended_party),
}
"""All but the one that the intake itself gives, below."""


@pytest.mark.parametrize(("remark", "case"), CASES.items(), ids=[remark.name for remark in CASES])
def test_the_remark_is_given(counter: Counter, keys: PersonKeys, tmp_path: Path, remark: Remark, case: Case):
    counter(case.item)
    presence = Presence.objects.get()
    case.then(presence)
    if case.source is not None:
        feeder(keys, tmp_path)(case.source, *case.lines)
    validate(keys, at=LATER)
    presence.refresh_from_db()
    assert presence.status == "FAILED"
    assert remark.name in presence.remarks


@pytest.mark.parametrize(
    ("remark", "case"),
    [(remark, case) for remark, case in CASES.items() if case.source],
    ids=[remark.name for remark, case in CASES.items() if case.source],
)
def test_a_source_that_is_not_open_says_nothing(counter: Counter, keys: PersonKeys, remark: Remark, case: Case):
    counter(case.item)
    validate(keys, at=LATER)
    assert remark.name not in Presence.objects.get().remarks


def test_what_was_registered_before_is_said_at_once(counter: Counter):
    counter(a_day())
    (again,) = counter(a_day())
    assert tuple(again.remarks) == (Remark.ALREADY_REGISTERED,)


def test_all_seventeen_are_tried():
    assert {*CASES, Remark.ALREADY_REGISTERED} == set(OFFICIAL_REMARKS)
    assert len(OFFICIAL_REMARKS) == 17
    assert is_bis_number(BIS)
    assert not is_bis_number(INSS)


def test_a_company_that_is_not_known_is_registered_and_code_3_never_given(counter: Counter, keys, tmp_path: Path):
    """Existence is remarked afterwards, also where the source of companies is open: only shape and check digits refuse."""
    feeder(keys, tmp_path)(SourceName.COMPANIES, f"{OTHER_COMPANY},2020-01-01,")
    (outcome,) = counter(a_day())
    assert isinstance(outcome, Registered)
    table = (REPOSITORY / "docs" / "reference" / "check-in-codes.md").read_text()
    assert "| `3` | Reserved for a number that no company has, and never given here" in table
