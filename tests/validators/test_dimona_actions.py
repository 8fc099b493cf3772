"""What a judged form says: the action as a value, and where in the file each finding lies."""

import pickle
from datetime import date

import pytest

from domain.student_declarations import (
    Address,
    ControlCards,
    DailyRegistration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    EmployerId,
    PersonDetails,
    PlaceOfWork,
    Reference,
    SmallStatutes,
    UserFirm,
)
from tests.validators.payloads import (
    a_cancel,
    a_form,
    a_header,
    a_reference,
    an_in,
    an_out,
    an_update,
    judged,
)
from tests.validators.rule_cases import PASSED, TOLD
from tests.validators.rule_forms import (
    STATUTES,
    a_denomination,
    an_address,
    an_employer,
    between,
    cards,
    casual,
    company,
    named,
    nsso,
    person,
    registering,
    user_name,
    user_number,
    using,
    working_at,
)


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
        user_firm=UserFirm(None, None, "0412345614", None),
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


def test_a_person_without_national_number_is_described() -> None:
    (one,) = judged(named(WorkerInitial="A", WorkerPostBox="B", WorkerBirthdate="2006-00-00"))
    assert isinstance(one.action, DimonaIn)
    assert (one.insz, one.action.insz) == (None, None)
    assert one.action.person == PersonDetails(
        name="Peeters",
        first_name="Noor",
        initial="A",
        birth_date="2006-00-00",
        birth_place="Luik",
        birth_country="150",
        sex="2",
        street="Rue Exemple",
        house_number="4",
        post_box="B",
        zip_code="4000",
        city="Luik",
        country="150",
        nationality="150",
    )


def test_a_workplace_is_given_as_written() -> None:
    (one, other) = judged(working_at(a_denomination("Kouter NV"), an_address()), working_at(a_denomination("")))
    assert isinstance(one.action, DimonaIn)
    assert one.action.place_of_work == PlaceOfWork("Kouter NV", Address("Kouter", "12", "B3", "9000", "Gent", "150"))
    assert isinstance(other.action, DimonaIn)
    assert other.action.place_of_work == PlaceOfWork("", None)


def test_cards_sub_entity_and_small_statutes_are_bounded_numbers() -> None:
    zeros = "0" * 5_000
    risk = f"<ActivityWithRisk>{zeros}9</ActivityWithRisk>"
    form = cards(" 12", f"{zeros}13").replace("</WorkerType>", f"</WorkerType><SubEntityNbr>+{zeros}7</SubEntityNbr>")
    statutes = STATUTES.replace("<WorkerStatus>", f"{risk}<WorkerStatus>")
    (one,) = judged(form.replace("</DimonaIn>", f"{statutes}</DimonaIn>"))
    assert isinstance(one.action, DimonaIn)
    assert one.action.cards == ControlCards("12", "000000000013")
    assert one.action.sub_entity == "0000000007"
    assert one.action.small_statutes == SmallStatutes("WORKER", "009", "F1")
    assert one.findings == ()


def test_hours_of_the_day_are_given() -> None:
    (one,) = judged(casual("0800", "1600"))
    assert isinstance(one.action, DimonaIn)
    assert (one.action.starting_hour, one.action.ending_hour) == ("0800", "1600")


def test_hours_with_thousands_of_zeros_are_a_small_number() -> None:
    (one,) = judged(a_form(an_in(planned=f"<PlannedHoursNbr>+{'0' * 5_000}8</PlannedHoursNbr>")))
    assert isinstance(one.action, DimonaIn)
    assert one.action.planned_hours == 8


def test_an_out_says_what_was_declared() -> None:
    (one,) = judged(a_form(an_out(rest=f"<INSS>05071400153</INSS>{an_employer(nsso('12345674'))}")))
    assert one.action == DimonaOut("610000004236", date(2025, 8, 8), "05071400153", EmployerId(nsso="012345674"))


def test_an_update_says_what_changes_and_nothing_else() -> None:
    (dates, planned) = judged(
        a_form(an_update(between("0800", "1600"))),
        a_form(an_update("", planned="<PlannedHoursNbr>180</PlannedHoursNbr>", insz="05071400153")),
    )
    day = date(2025, 7, 1)
    assert dates.action == DimonaUpdate("610000004236", day, "0800", day, "1600", None, None, None, None)
    assert planned.action == DimonaUpdate("610000004236", None, None, None, None, 180, None, "05071400153", None)
    assert planned.insz == "05071400153"


def test_an_update_may_take_the_end_away() -> None:
    (one,) = judged(a_form(an_update("<EndingDate>9999-12-31</EndingDate>")))
    assert isinstance(one.action, DimonaUpdate)
    assert one.action.ending_date == date.max


def test_a_daily_registration_says_what_was_declared() -> None:
    new, withdrawn = judged(
        registering(when=between("0800", "1600")),
        registering(status="3", registration_id="10000000097", period_id="", when=""),
    )
    day = date(2025, 7, 1)
    assert new.action == DailyRegistration("0", None, "610000004236", day, "0800", day, "1600")
    assert withdrawn.action == DailyRegistration("3", "010000000097", None, None, None, None, None)
    assert (new.insz, new.employer) == (None, None)


@pytest.mark.parametrize("form", PASSED.values(), ids=PASSED.keys())
def test_a_judged_form_travels_between_processes(form: str) -> None:
    (one,) = judged(form)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - made here


def test_forms_of_one_shape_do_not_share_their_values() -> None:
    first, second = judged(working_at(a_denomination("A"), an_address()), working_at(a_denomination("B"), an_address()))
    assert isinstance(first.action, DimonaIn)
    assert isinstance(second.action, DimonaIn)
    assert first.action.place_of_work is not None
    assert second.action.place_of_work is not None
    assert (first.action.place_of_work.denomination, second.action.place_of_work.denomination) == ("A", "B")


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


def test_a_repeated_reference_is_found_where_it_repeats() -> None:
    (one,) = judged(a_form(references=a_reference("A") + a_reference("B", kind="7") + a_reference("C")))
    (finding,) = one.findings
    assert finding.location is not None
    assert (finding.tag, finding.location.indexes) == ("Reference", "1,1,8")


def test_a_finding_about_a_registration_lies_in_it_and_not_in_the_header() -> None:
    (one,) = judged(registering(status="1", period_id=""))
    (finding,) = one.findings
    assert finding.location is not None
    assert (finding.tag, finding.location.indexes) == ("DailyRegistrationId", "1,1,6")


def test_several_findings_of_a_form_each_have_their_place() -> None:
    form, *codes = TOLD["start before 1920"]
    (one,) = judged(form)
    assert [finding.code for finding in one.findings] == codes
    places = [finding.location.indexes if finding.location else None for finding in one.findings]
    assert places == ["1,1,6,1", "1,1,6", "1,1,6,3", "1,1,6"]


def test_no_column_is_made_up() -> None:
    (one,) = judged(person("85011512300"))
    assert one.findings[0].location is not None
    assert one.findings[0].location.column is None
