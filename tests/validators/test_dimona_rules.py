"""Every rule of a Dimona form, both ways: the deviation that it tells and the neighbour that it lets pass."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from domain.findings import Severity
from domain.student_declarations import EmployerId
from tests.validators.payloads import TODAY, a_cancel, a_form, a_payload, an_in, codes_of, dimona_schema, judged, parsed
from tests.validators.rule_cases import PASSED, TOLD
from tests.validators.rule_forms import employed_by, hours, nsso, person, provisional, starting
from validators.dimona import DimonaRuleSettings, judge_forms
from validators.dimona.codes import AnomalyCode
from validators.dimona.rule_book import RULES, rules_for
from validators.dimona.statements import read_statement
from validators.value_types import General

NEVER_REFUSING = {AnomalyCode.MORE_HOURS_THAN_PERIOD}


@pytest.mark.parametrize(("form", "codes"), [(form, codes) for form, *codes in TOLD.values()], ids=TOLD.keys())
def test_one_deviation_raises_its_findings_and_no_other(form: str, codes: list[str]) -> None:
    assert codes_of(form) == codes


@pytest.mark.parametrize("form", PASSED.values(), ids=PASSED.keys())
def test_a_form_without_deviation_passes(form: str) -> None:
    assert codes_of(form) == []


def test_no_code_lacks_a_case() -> None:
    """FORM_INVALID alone has none: only a schema stricter than this one raises it."""
    shown = {code for _, *codes in TOLD.values() for code in codes}
    assert {str(code) for code in AnomalyCode} - shown == {str(AnomalyCode.FORM_INVALID)}


def test_every_rule_objects_to_a_case() -> None:
    objecting = {name for form, *_ in TOLD.values() for name in objecting_to(form)}
    assert objecting == {rule.function.__name__ for rule in RULES}


def objecting_to(form: str) -> Iterator[str]:
    statement = read_statement(parsed(form), received_on=TODAY, settings=DimonaRuleSettings())
    for rule in rules_for(statement.shape, statement.worker_type):
        if rule.function(statement) is not None:
            yield rule.function.__name__


def test_every_code_has_a_rule_and_every_rule_its_source() -> None:
    assert {rule.code for rule in RULES} == set(AnomalyCode) - {AnomalyCode.FORM_INVALID}
    assert all(rule.source.startswith("student §") for rule in RULES)
    assert all(rule.function.__doc__ for rule in RULES)


def test_every_rule_refuses_but_the_one_of_plausible_hours() -> None:
    assert {rule.code for rule in RULES if rule.severity is not Severity.BLOCKING} == NEVER_REFUSING


def test_hours_that_the_days_do_not_have_are_told_and_never_refused() -> None:
    (one,) = judged(starting("2025-07-01", planned=hours(25)))
    (finding,) = one.findings
    assert finding.severity is Severity.WARNING
    assert (finding.tag, finding.value) == ("PlannedHoursNbr", "25")
    assert not one.is_blocked


def test_every_code_has_a_sentence() -> None:
    assert all(code.sentence.endswith(".") for code in AnomalyCode)
    assert str(AnomalyCode.NO_ACTION) == "90059-134"
    assert len(set(General)) == 8


def test_the_check_digits_of_registration_numbers_can_be_left_alone() -> None:
    settings = DimonaRuleSettings(check_registration_digits=False)
    assert codes_of(employed_by(nsso("012345675")), settings=settings) == []
    assert codes_of(employed_by(provisional("5000012343")), settings=settings) == []


@pytest.mark.parametrize("check_digits", [True, False])
def test_a_plus_and_zeros_before_it_mean_nothing_in_any_number(check_digits: bool) -> None:
    settings = DimonaRuleSettings(check_registration_digits=check_digits)
    padded = a_form(an_in(planned="<PlannedHoursNbr>+008</PlannedHoursNbr>"))
    numbers = [
        employed_by(nsso("+12345674")),
        employed_by(provisional(" +005000012342 ")),
        a_form(a_cancel("+0610000004236")),
    ]
    assert [codes_of(form, settings=settings) for form in (padded, *numbers)] == [[], [], [], []]


def test_a_number_with_a_plus_is_the_same_as_without() -> None:
    (told,) = judged(employed_by(nsso("+0012345674")))
    assert told.employer == EmployerId(nsso="012345674")


@pytest.mark.parametrize(
    "number",
    [
        "05071400153",
        "06020300277",
        "99123100267",
        "80111405125",
        "04512300764",
        "03210100510",
        "01410199955",
    ],
)
def test_published_national_and_bis_numbers_pass(number: str) -> None:
    assert codes_of(person(number)) == []


@pytest.mark.parametrize("number", ["0412345614", "0400767772", "0123456749"])
def test_published_company_numbers_pass(number: str) -> None:
    assert codes_of(employed_by(f"<CompanyID>{number}</CompanyID>")) == []


@pytest.mark.parametrize("number", ["012345674", "123456749", "175110801", "070500472"])
def test_published_registration_numbers_pass(number: str) -> None:
    assert codes_of(employed_by(nsso(number))) == []


def test_published_provisional_and_period_numbers_pass() -> None:
    assert codes_of(employed_by(provisional("5000012342"))) == []
    for number in ("610000000192", "610000004236"):
        assert codes_of(a_form(f"<DimonaCancel><DimonaPeriodId>{number}</DimonaPeriodId></DimonaCancel>")) == []


@pytest.mark.parametrize(
    ("worker_type", "received", "told"),
    [
        ("FLX", "2025-08-30", True),
        ("FLX", "2025-08-31", False),
        ("S17", "2025-09-15", True),
        ("T17", "2025-09-16", False),
        ("OTH", "2025-06-27", False),
    ],
)
def test_some_kinds_of_worker_are_declared_shortly_before_their_quarter(
    worker_type: str, received: str, told: bool
) -> None:
    form = starting("2025-10-15", worker_type=worker_type, planned="")
    received_at = datetime.fromisoformat(f"{received}T12:00:00").replace(tzinfo=UTC)
    (one,) = judge_forms(io.BytesIO(a_payload(form)), schema=dimona_schema(), received_at=received_at)
    assert [finding.code for finding in one.findings] == ["00910-008"] * told
