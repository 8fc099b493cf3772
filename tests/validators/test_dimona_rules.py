"""Every rule of a Dimona form, both ways: the deviation that it refuses and the neighbour that it lets pass."""

from datetime import date

import pytest

from domain.findings import Severity
from domain.student_declarations import DimonaCancel, DimonaIn, EmployerId, OtherAction, Reference
from tests.validators.payloads import a_cancel, a_form, a_header, a_reference, an_in, codes_of, judged
from validators.dimona import DimonaRuleSettings
from validators.dimona.codes import AnomalyCode
from validators.dimona.judging import NOT_OPEN
from validators.dimona.rules import HEADER_RULES, PARTY_RULES
from validators.dimona.student_rules import CANCEL_RULES, FEATURES_RULES, STUDENT_IN_RULES
from validators.value_types import General

RULES = (*HEADER_RULES, *PARTY_RULES, *FEATURES_RULES, *STUDENT_IN_RULES, *CANCEL_RULES)


def starting(start: str, *, end: str | None = None, planned: str = "<PlannedHoursNbr>8</PlannedHoursNbr>") -> str:
    ending = start if end is None else end
    return a_form(
        an_in(
            start=f"<StartingDate>{start}</StartingDate>",
            end=f"<EndingDate>{ending}</EndingDate>" if ending else "",
            planned=planned,
        )
    )


def days(number: int) -> str:
    return f"<PlannedDaysNbr>{number}</PlannedDaysNbr>"


def employed_by(*fields: str) -> str:
    return a_form(an_in(employer=f"<EmployerId>{''.join(fields)}</EmployerId>"))


def nsso(number: str) -> str:
    return f"<NOSSRegistrationNbr>{number}</NOSSRegistrationNbr>"


def provisional(number: str) -> str:
    return f"<ProvisionalNSSONbr>{number}</ProvisionalNSSONbr>"


def company(number: str) -> str:
    return f"<CompanyID>{number}</CompanyID>"


def person(number: str) -> str:
    return a_form(an_in(person=f"<NaturalPerson><INSS>{number}</INSS></NaturalPerson>"))


def using(*fields: str, commission: str = "322") -> str:
    return a_form(an_in(commission=commission, user=f"<UsingEmployer>{''.join(fields)}</UsingEmployer>"))


def user_name(name: str = "Firm") -> str:
    return f"<UsingEmployerName>{name}</UsingEmployerName>"


def user_number(number: str = "0412345614") -> str:
    return f"<UsingEmployerCompanyID>{number}</UsingEmployerCompanyID>"


def cards(first: str, following: str, *, commission: str = "124") -> str:
    return a_form(
        an_in(
            commission=commission,
            rest=f"<ConstructionControlCards><FirstMonthC32ANbr>{first}</FirstMonthC32ANbr>"
            f"<NextMonthC32ANbr>{following}</NextMonthC32ANbr></ConstructionControlCards>",
        )
    )


NAMED_PERSON = a_form(an_in(person="<NaturalPerson><WorkerName>Peeters</WorkerName></NaturalPerson>"))

REFUSED = {
    "a form that changes another": (a_form(header=a_header(status="1")), "00110-003"),
    "a form that cancels another": (a_form(a_cancel(), header=a_header(status="3")), "00110-003"),
    "created tomorrow": (a_form(header=a_header(date="2025-06-28")), "00218-003"),
    "created the year before last": (a_form(header=a_header(date="2023-12-31")), "00218-003"),
    "two references of one type": (a_form(references=a_reference("A") + a_reference("B")), "90082-006"),
    "no action": (a_form(""), "90059-134"),
    "no employer": (a_form(an_in(employer="")), "90256-364"),
    "an empty employer": (employed_by(), "90256-364"),
    "wrong check digits of a registration number": (employed_by(nsso("012345675")), "00011-003"),
    "a registration number with a sign": (employed_by(nsso("+12345674")), "00011-003"),
    "wrong check digits of a provisional number": (employed_by(provisional("5000012343")), "00948-003"),
    "wrong check digits of a company number": (employed_by(company("0412345615")), "00014-004"),
    "a sound registration number beside a wrong company number": (
        employed_by(nsso("012345674"), company("0412345615")),
        "00014-004",
    ),
    "no national number": (NAMED_PERSON, "90017-363"),
    "the national number 0": (person("0"), "00024-003"),
    "wrong check digits of a national number": (person("85011512300"), "00024-004"),
    "start before 1920": (starting("1919-12-31", end="1999-01-01"), "00910-008"),
    "start ten years ahead": (starting("2035-01-01"), "00910-008"),
    "no end": (starting("2025-07-01", end=""), "00911-001"),
    "end before 1999": (starting("1998-12-31", planned=days(1)), "00911-008"),
    "end before start": (starting("2025-07-02", end="2025-07-01"), "00911-014"),
    "end in the next quarter": (starting("2025-06-30", end="2025-07-01"), "90373-421"),
    "end in the same quarter of another year": (starting("2025-07-01", end="2026-07-01"), "90373-421"),
    "no end any more": (starting("2025-07-01", end="9999-12-31"), "90373-421"),
    "a starting hour": (a_form(an_in(start_hour="<StartingHour>0800</StartingHour>")), "00777-005"),
    "an ending hour": (a_form(an_in(end_hour="<EndingHour>1600</EndingHour>")), "00778-005"),
    "no hours from 2017 on": (starting("2017-01-01", planned=""), "01135-001"),
    "hours until 2016": (starting("2016-12-31"), "01135-005"),
    "no days until 2016": (starting("2016-12-31", planned=""), "01017-001"),
    "days from 2017 on": (starting("2017-01-01", planned=days(1)), "01017-005"),
    "more days than the period has": (starting("2016-07-01", end="2016-07-02", planned=days(3)), "90373-420"),
    "no features": (a_form(an_in(features="")), "90374-001"),
    "temporary work without a user": (a_form(an_in(commission="322")), "90107-351"),
    "temporary work for nobody": (using(), "90107-351"),
    "temporary work for number 0": (using(user_number("0")), "90107-351"),
    "a user named twice": (using(user_name(), user_number()), "90107-352"),
    "an empty user elsewhere": (using(commission="XXX"), "90107-005"),
    "a user's name elsewhere": (using(user_name(), commission="XXX"), "00153-005"),
    "a user's number elsewhere": (using(user_number(), commission="XXX"), "00131-005"),
    "wrong check digits of a user's number": (using(user_number("0412345615")), "00131-004"),
    "construction without cards": (a_form(an_in(commission="124")), "90375-001"),
    "two control cards of one number": (cards("12", "0012"), "00664-353"),
    "wrong check digits of a period": (a_form(a_cancel("610000004237")), "00913-003"),
    "a period of eleven digits": (a_form(a_cancel("61000000423")), "00913-003"),
    "a period with a sign": (a_form(a_cancel("+610000004236")), "00913-003"),
    "a cancel for the national number 0": (a_form(a_cancel(rest="<INSS>0</INSS>")), "00024-003"),
    "a cancel with a wrong national number": (a_form(a_cancel(rest="<INSS>85011512300</INSS>")), "00024-004"),
    "a cancel with a wrong registration number": (
        a_form(a_cancel(rest=f"<EmployerId>{nsso('012345675')}</EmployerId>")),
        "00011-003",
    ),
    "a cancel with a wrong company number": (
        a_form(a_cancel(rest=f"<EmployerId>{company('0412345615')}</EmployerId>")),
        "00014-004",
    ),
}
PASSED = {
    "the model": a_form(),
    "created on the day of reception": a_form(header=a_header(date="2025-06-27")),
    "created on the first day of last year": a_form(header=a_header(date="2024-01-01")),
    "references of different types": a_form(references=a_reference("A") + a_reference("A", kind="7")),
    "employer by provisional number": employed_by(provisional("5000012342")),
    "employer by company number": employed_by(company("0412345614")),
    "employer by company number of nine digits": employed_by(company("412345614")),
    "employer by both numbers": employed_by(nsso("012345674"), company("0412345614")),
    "registration number with zeros and blanks": employed_by(nsso(" 0012345674 ")),
    "registration number without its zero": employed_by(nsso("12345674")),
    "a bis number": person("04512300764"),
    "a number of the last century": person("99123100267"),
    "start on the last day of the horizon": starting("2034-12-31"),
    "one day": starting("2025-07-01"),
    "a whole quarter": starting("2025-07-01", end="2025-09-30"),
    "hours on the first day of 2017": starting("2017-01-01"),
    "days on the last day of 2016": starting("2016-12-31", planned=days(1)),
    "as many days as the period has": starting("2016-07-01", end="2016-07-02", planned=days(2)),
    "a leap day": starting("2016-02-29", end="2016-03-01", planned=days(2)),
    "end on the first day of 1999": starting("1999-01-01", planned=days(1)),
    "temporary work for a name": using(user_name()),
    "temporary work for a number": using(user_number()),
    "temporary work for a name and number 0": using(user_name(), user_number("0")),
    "construction with two cards": cards("12", "13"),
    "cards of another branch": cards("12", "13", commission="XXX"),
    "no joint commission": a_form(an_in(features="<DimonaFeatures><WorkerType>STU</WorkerType></DimonaFeatures>")),
    "a workplace": a_form(an_in(rest="<StudentPlaceOfWork><Denomination>D</Denomination></StudentPlaceOfWork>")),
    "a cancel": a_form(a_cancel()),
    "a cancel with all": a_form(a_cancel(rest=f"<INSS>05071400153</INSS><EmployerId>{nsso('012345674')}</EmployerId>")),
    "a cancel with an empty employer": a_form(a_cancel(rest="<EmployerId/>")),
}
CLOSED = {
    "an end": (
        a_form("<DimonaOut><DimonaPeriodId>1</DimonaPeriodId><EndingDate>2025-07-01</EndingDate></DimonaOut>"),
        "90377-450",
    ),
    "a change": (a_form("<DimonaUpdate><DimonaPeriodId>1</DimonaPeriodId></DimonaUpdate>"), "90378-450"),
    "a daily registration": (
        a_form("<DailyRegistrationDeclaration><AttestationStatus>0</AttestationStatus></DailyRegistrationDeclaration>"),
        "90480-450",
    ),
    "a start of another kind of worker": (a_form(an_in(worker_type="FLX")), "90373-450"),
    "a start of another kind of worker with other faults": (
        a_form(an_in(worker_type="OTH", employer="", end="", planned=""), header=a_header(status="1")),
        "90373-450",
    ),
}


@pytest.mark.parametrize(("form", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_one_deviation_is_refused_with_its_code(form: str, code: str) -> None:
    assert code in codes_of(form)


@pytest.mark.parametrize("form", PASSED.values(), ids=PASSED.keys())
def test_a_form_without_deviation_passes(form: str) -> None:
    assert codes_of(form) == []


@pytest.mark.parametrize(("form", "code"), CLOSED.values(), ids=CLOSED.keys())
def test_an_action_that_is_not_open_is_refused_for_that_alone(form: str, code: str) -> None:
    (one,) = judged(form)
    assert [finding.code for finding in one.findings] == [code]
    assert isinstance(one.action, OtherAction)
    assert one.is_blocked


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.code))
def test_every_rule_is_seen_refusing(rule: object) -> None:
    (known,) = (known for known in RULES if known is rule)
    assert str(known.code) in {code for _, code in REFUSED.values()}
    assert known.severity is Severity.BLOCKING
    assert known.source


def test_every_code_has_one_rule_or_is_an_answer_to_what_is_not_handled() -> None:
    raised = [rule.code for rule in RULES] + [*NOT_OPEN.values(), AnomalyCode.FORM_INVALID]
    assert sorted(raised) == sorted(AnomalyCode)


def test_every_code_has_a_sentence() -> None:
    assert all(code.sentence.endswith(".") for code in AnomalyCode)
    assert str(AnomalyCode.NO_ACTION) == "90059-134"
    assert len(set(General)) == 8


def test_one_deviation_raises_one_finding() -> None:
    several = {
        "start before 1920": ["00910-008", "90373-421", "01135-005", "01017-001"],
        "hours until 2016": ["01135-005", "01017-001"],
        "days from 2017 on": ["01135-001", "01017-005"],
    }
    for name, (form, code) in REFUSED.items():
        assert codes_of(form) == several.get(name, [code]), name


def test_the_check_digits_of_registration_numbers_can_be_left_alone() -> None:
    settings = DimonaRuleSettings(check_registration_digits=False)
    assert codes_of(employed_by(nsso("012345675")), settings=settings) == []
    assert codes_of(employed_by(provisional("5000012343")), settings=settings) == []


def test_a_number_with_a_sign_is_refused_without_check_digits_too() -> None:
    settings = DimonaRuleSettings(check_registration_digits=False)
    assert codes_of(employed_by(nsso("+12345674")), settings=settings) == ["00011-003"]
    assert codes_of(employed_by(provisional("+5000012342")), settings=settings) == ["00948-003"]


def test_an_in_says_what_was_declared() -> None:
    form = using(user_number("412345614"))
    (one,) = judged(form.replace(">012345674<", "> 12345674 <").replace(">240<", "> +0240 <"))
    assert one.action == DimonaIn(
        starting_date=date(2025, 7, 1),
        ending_date=date(2025, 8, 31),
        planned_hours=240,
        planned_days=None,
        employer=EmployerId(nsso="012345674"),
        insz="05071400153",
        joint_commission="322",
        worker_type="STU",
        using_employer="0412345614",
    )


def test_a_using_employer_may_be_a_name() -> None:
    (one,) = judged(using(user_name("Firm")))
    assert isinstance(one.action, DimonaIn)
    assert one.action.using_employer == "Firm"


def test_a_cancel_says_what_was_declared() -> None:
    form = a_form(
        a_cancel(" 610000004236 ", rest=f"<INSS>05071400153</INSS><EmployerId>{company('412345614')}</EmployerId>")
    )
    (one,) = judged(form)
    assert one.action == DimonaCancel("610000004236", "05071400153", EmployerId(company="0412345614"))
    assert (one.insz, one.employer) == ("05071400153", EmployerId(company="0412345614"))


def test_a_form_keeps_its_header_and_references_as_written() -> None:
    (one,) = judged(a_form(references=a_reference(" A ") + a_reference("B", kind="7")))
    assert one.references == (Reference("1", "1", " A "), Reference("7", "1", "B"))
    assert one.header is not None
    assert one.header.creation_hour == "09:12:44.120"


def test_a_value_may_be_written_with_comments_and_cdata() -> None:
    (one,) = judged(person("0507<!-- c -->14<![CDATA[001]]>53"))
    assert one.insz == "05071400153"
    assert one.findings == ()


def test_a_finding_of_a_rule_says_what_stands_where() -> None:
    (one,) = judged(person("85011512300"))
    (finding,) = one.findings
    assert (finding.tag, finding.value) == ("INSS", "85011512300")
    assert finding.location is not None
    assert (finding.location.line, finding.location.indexes) == (2, "1,1,6,5,1")
    assert "85011512300" not in finding.detail


def test_a_finding_about_something_absent_lies_at_the_nearest_block() -> None:
    (one,) = judged(a_form(an_in(employer=""), references=a_reference()))
    (finding,) = one.findings
    assert (finding.tag, finding.value) == ("EmployerId", None)
    assert finding.location is not None
    assert finding.location.indexes == "1,1,7"


def test_a_finding_about_the_header_lies_in_the_form() -> None:
    (one,) = judged(a_form(header=a_header(status="1")))
    assert one.findings[0].location is not None
    assert (one.findings[0].tag, one.findings[0].value) == ("AttestationStatus", "1")
    assert one.findings[0].location.indexes == "1,1,4"


def test_a_form_without_action_is_named_itself() -> None:
    (one,) = judged(a_form(""))
    assert one.findings[0].location is not None
    assert (one.findings[0].tag, one.findings[0].location.indexes) == ("Form", "1,1")
