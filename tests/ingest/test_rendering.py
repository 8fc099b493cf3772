"""Notifications of every kind of form fit the schema, echo what was declared, and carry each block in its place."""

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from domain.answers import FormResult, Notification, PeriodImpact, RegistrationImpact
from domain.channels import Channel
from domain.findings import Exceeding, Finding, Location, PeriodFacts, QuotaUnit, RegistrationFacts, Severity
from domain.languages import Language
from domain.quarters import Quarter
from domain.sender_numbers import SenderNumber
from domain.student_declarations import (
    Address,
    ControlCards,
    EmployerId,
    FormHeader,
    JudgedForm,
    PlaceOfWork,
    Reference,
    SmallStatutes,
)
from domain.tickets import Ticket
from ingest.render_notification import render_form, render_notification
from tests.ingest.answer_checks import require_valid_answer
from tests.validators.payloads import a_form, a_header, an_in, judged
from tests.validators.rule_cases import PASSED, TOLD
from tests.validators.test_form_structure import PLACE, SOUND, UNSOUND

AT = datetime(2025, 6, 27, 8, 0, 2, 7000, tzinfo=UTC)
TICKET = Ticket("340000JEDT00A")
PERIOD = PeriodFacts("610000000192", date(2025, 7, 1), date(2025, 8, 31), 240, None, "XXX", "STU", last_changed_at=AT)
DAYS = replace(PERIOD, planned_hours=None, planned_days=24, is_late=True)
REFUSING = Finding(
    "90373-334",
    Severity.BLOCKING,
    "detail",
    tag="DimonaIn",
    location=Location(line=7, indexes="1,1"),
    conflicting=(PERIOD,),
)
RESULT = FormResult(
    ticket=TICKET,
    header=FormHeader("DIMONA", "2025-06-27", "09:12:44.120", "0", "SU"),
    references=(Reference("1", "1", "STU-1"), Reference("7", "1", "EMP-1")),
    employer=EmployerId(nsso="012345674", company="0412345614"),
    insz="05071400153",
    findings=(),
    quarter=Quarter(2025, 3),
)


def rendered(results: Iterable[FormResult], **deviation: object) -> etree._Element:
    notification = Notification(
        file_name="GO.DIMN.100123.20250627.00042.R.1",
        ticket=Ticket("3400001Y1P01G"),
        sender=SenderNumber("100123"),
        sender_numbers=EmployerId(nsso="012345674", company="0412345614"),
        language=Language.EN,
        channel=Channel.SFTP,
        received_at=AT,
        created_at=AT,
    )
    notification = replace(notification, **deviation)
    target = io.BytesIO()
    forms = (render_form(result, language=notification.language) for result in results)
    render_notification(notification, forms, target)
    return require_valid_answer(target.getvalue())


def the_form(**deviation: object) -> etree._Element:
    return rendered([replace(RESULT, **deviation)])[0]


def answered(form: JudgedForm) -> FormResult:
    return FormResult(TICKET, form.header, form.references, form.employer, form.insz, form.findings)


def tags(element: etree._Element) -> list[str]:
    return [child.tag for child in element]


@pytest.mark.parametrize("language", list(Language))
def test_a_notification_of_any_form_fits_the_schema_and_every_finding_has_a_label(language: Language) -> None:
    tables = (TOLD, UNSOUND)
    forms = [form for table in tables for form, *_ in table.values()] + [*PASSED.values(), *SOUND.values()]
    results = [answered(form) for form in judged(*forms)]

    root = rendered(results, language=language)

    assert len(root) == len(forms)
    assert len(root.findall(".//AnomalyReport")) == sum(
        not finding.is_internal for result in results for finding in result.findings
    )


def test_a_finding_of_class_w_stays_inside_the_house() -> None:
    (one,) = judged(TOLD["more hours than the days have"][0])
    assert [finding.code for finding in one.findings] == ["01135-420"]
    assert rendered([answered(one)]).findall(".//AnomalyReport") == []


def test_the_blocks_of_a_form_stand_in_the_order_of_the_structure() -> None:
    assert tags(the_form()) == [
        "Identification",
        "FormCreationDate",
        "FormCreationHour",
        "AttestationStatus",
        "TypeForm",
        "FileReference",
        "FileReceptionInformation",
        "HandledOriginalFile",
        "HandledOriginalForm",
        "Reference",
        "Reference",
        "EmployerId",
        "NaturalPerson",
        "ConcernedQuarter",
        "HandledReference",
        "HandlingResult",
    ]


def test_what_is_not_known_is_left_out() -> None:
    bare = FormResult(TICKET, None, (), None, None, ())

    assert tags(rendered([bare])[0])[7:] == ["HandledOriginalFile", "HandledReference", "HandlingResult"]


def test_the_header_of_the_form_is_echoed_unchanged() -> None:
    (unusual,) = judged(a_form(header=a_header(date=" 2025-06-27\n", hour="24:00:00.000", status="3")))
    original = rendered([answered(unusual)])[0].find("HandledOriginalForm")

    assert [child.text for child in original] == ["DIMONA", " 2025-06-27\n", "24:00:00.000", "3", "SU"]


def test_the_sender_is_identified_by_its_entity() -> None:
    original = the_form().find("HandledOriginalFile")

    assert original.findtext("SenderId") == "100123"
    assert [(child.tag, child.text) for child in original.find("HandledSenderIdentification")] == [
        ("CompanyID", "0412345614"),
        ("NOSSRegistrationNbr", "012345674"),
    ]


def test_a_provisional_number_does_not_identify_the_sender() -> None:
    root = rendered([RESULT], sender_numbers=EmployerId(provisional_nsso="5000012342", company="0412345614"))

    assert tags(root.find(".//HandledSenderIdentification")) == ["CompanyID"]


def test_a_refusal_says_that_anomalies_block_it() -> None:
    handling = the_form(findings=(REFUSING,)).find("HandlingResult")

    assert tags(handling) == ["ResultCode", "Diagnosis", "AnomalyReport"]
    assert (handling.findtext("ResultCode"), handling.findtext("Diagnosis")) == ("0", "3")


def test_a_remark_is_no_diagnosis() -> None:
    remark = Finding(
        "90017-369", Severity.NON_PERCENTAGE, "detail", tag="NaturalPerson", exceeding=Exceeding(3, QuotaUnit.DAYS)
    )
    handling = the_form(findings=(remark,)).find("HandlingResult")

    assert tags(handling) == ["ResultCode", "AnomalyReport"]
    assert [(child.tag, child.text) for child in handling.find(".//QuotaFeatures")] == [
        ("QuotaType", "STUDENT"),
        ("ExceedingDaysNbr", "3"),
    ]


def test_an_anomaly_names_the_record_it_lies_in() -> None:
    report = the_form(findings=(REFUSING,), period_id="610000004236").find(".//AnomalyReport")

    assert tags(report) == [
        "ErrorID",
        "TagName",
        "AnomalyClass",
        "AnomalyLabel",
        "AnomalyLocation",
        "Path",
        "AnomalyComplInformation",
    ]
    assert [(child.tag, child.text) for child in report.find("Path")] == [
        ("NOSSRegistrationNbr", "012345674"),
        ("CompanyID", "0412345614"),
        ("INSS", "05071400153"),
        ("DimonaPeriodId", "610000004236"),
    ]


def test_an_anomaly_names_an_employer_by_its_provisional_number_where_it_has_no_other():
    (form,) = rendered([replace(RESULT, employer=EmployerId(provisional_nsso="5000000120"), findings=(REFUSING,))])

    assert [(child.tag, child.text) for child in form.find(".//Path")] == [
        ("ProvisionalNSSONbr", "5000000120"),
        ("INSS", RESULT.insz),
    ]


@pytest.mark.parametrize("period_id", ["+610000004236", "610000004237", None])
def test_a_record_without_a_sound_key_has_no_path(period_id: str | None) -> None:
    form = the_form(findings=(REFUSING,), employer=None, insz=None, period_id=period_id)

    assert form.find(".//Path") is None


def test_a_conflicting_period_says_when_it_last_changed() -> None:
    period = the_form(findings=(REFUSING,)).find(".//DimonaPeriod")

    assert (period.findtext("LastUpdateDate"), period.findtext("LastUpdateHour")) == ("2025-06-27", "10:00:02.007")


def test_a_label_is_in_the_language_of_the_sender() -> None:
    results = [replace(RESULT, findings=(REFUSING,))]
    labels = {language: rendered(results, language=language).findtext(".//AnomalyLabel") for language in Language}

    assert labels == {
        Language.NL: "De periode overlapt met een andere Dimona-periode van deze werkgever en deze werknemer.",
        Language.FR: "La période chevauche une autre période Dimona de cet employeur et de ce travailleur.",
        Language.DE: "Die Periode überschneidet sich mit einer anderen Dimona-Periode dieses Arbeitgebers und dieses "
        "Arbeitnehmers.",
        Language.EN: "The period overlaps another Dimona period of this employer and this worker.",
    }


def test_a_code_without_a_label_is_told_without() -> None:
    target = io.BytesIO()
    notification = Notification("GO", TICKET, SenderNumber("100123"), EmployerId(), Language.NL, Channel.FTP, AT, AT)
    unknown = replace(REFUSING, code="90378-999")
    form = render_form(replace(RESULT, findings=(unknown,)), language=Language.NL)
    render_notification(notification, [form], target)

    assert etree.fromstring(target.getvalue()).find(".//AnomalyLabel") is None


@pytest.mark.parametrize(
    ("impact", "blocks"),
    {
        "a new period": (PeriodImpact(None, PERIOD), ["DimonaPeriodAfter"]),
        "a changed one": (PeriodImpact(PERIOD, DAYS), ["DimonaPeriodBefore", "DimonaPeriodAfter"]),
        "a cancelled one": (PeriodImpact(PERIOD, None), ["DimonaPeriodBefore"]),
        "one of construction": (
            PeriodImpact(None, PERIOD, cards=ControlCards("12", "0013")),
            ["ConstructionControlCards", "DimonaPeriodAfter"],
        ),
        "one away from the head office": (
            PeriodImpact(None, PERIOD, PlaceOfWork("D", Address("S", "1", "B3", "9000", "Gent", "150"))),
            ["StudentPlaceOfWork", "DimonaPeriodAfter"],
        ),
        "one at a place that is only named": (
            PeriodImpact(None, PERIOD, PlaceOfWork("D", None)),
            ["StudentPlaceOfWork", "DimonaPeriodAfter"],
        ),
    }.values(),
)
def test_an_impact_has_the_blocks_that_are_known(impact: PeriodImpact, blocks: list[str]) -> None:
    report = the_form(impact=impact).find(".//DimonaImpactReport")

    assert tags(report) == ["DimonaPeriodId", "IsLocked", "DimonaFeatures", *blocks]


@pytest.mark.parametrize(
    ("user", "tag"),
    [("0412345614", "UsingEmployerCompanyID"), ("Firm", "UsingEmployerName"), ("1", "UsingEmployerName")],
)
def test_a_using_employer_is_a_number_or_a_name(user: str, tag: str) -> None:
    period = replace(PERIOD, joint_commission="322", using_employer=user)
    form = the_form(impact=PeriodImpact(None, period))

    assert [(child.tag, child.text) for child in form.find(".//UsingEmployer")] == [(tag, user)]


def test_a_late_period_says_so() -> None:
    report = the_form(impact=PeriodImpact(PERIOD, DAYS)).find(".//DimonaImpactReport")

    assert report.find("DimonaPeriodBefore/IsLate") is None
    assert report.findtext("DimonaPeriodAfter/IsLate") == "1"


def test_a_judged_form_keeps_its_place_its_workplace_and_its_cards() -> None:
    cards = "<ConstructionControlCards><FirstMonthC32ANbr>1</FirstMonthC32ANbr><NextMonthC32ANbr>2</NextMonthC32ANbr>"
    first, second = judged(a_form(), a_form(an_in(commission="124", rest=f"{cards}</ConstructionControlCards>{PLACE}")))

    assert (first.location, second.location) == (Location(line=2, indexes="1,1"), Location(line=3, indexes="1,2"))
    assert second.action.place_of_work == PlaceOfWork("D", Address("S", "1", None, "9000", "Gent", "150"))
    assert second.action.cards == ControlCards("1", "2")
    assert (first.action.place_of_work, first.action.cards) == (None, None)


PRESENCE = RegistrationFacts("620000000061", "610000000192", date(2025, 7, 3), "0900", date(2025, 7, 3), "1200")


def test_a_daily_registration_is_told_as_it_was_and_as_it_is() -> None:
    impact = RegistrationImpact(PRESENCE, replace(PRESENCE, ending_hour="1300"))
    report = the_form(registration=impact).find(".//DailyRegistrationDclImpactReport")

    states = ["DailyRegistrationBefore", "DailyRegistrationAfter"]
    assert tags(report) == ["DailyRegistrationId", "DimonaPeriodId", *states]
    assert [report.findtext(f"{state}/EndingHour") for state in states] == ["1200", "1300"]


def test_a_colliding_daily_registration_is_shown() -> None:
    finding = Finding("90480-334", Severity.BLOCKING, "detail", registration=PRESENCE)
    block = the_form(findings=(finding,)).find(".//AnomalyComplInformation/DailyRegistration")

    assert tags(block) == [
        "DailyRegistrationId",
        "DimonaPeriodId",
        "StartingDate",
        "StartingHour",
        "EndingDate",
        "EndingHour",
    ]


def test_hours_of_the_day_small_statutes_and_the_sub_entity_are_told() -> None:
    flexible = replace(
        PERIOD, planned_hours=None, worker_type="FLX", starting_hour="0900", ending_hour="1300", sub_entity="7"
    )
    impact = PeriodImpact(None, flexible, small_statutes=SmallStatutes("WORKER", "12", "F1"))
    report = the_form(impact=impact).find(".//DimonaImpactReport")

    assert tags(report.find("DimonaPeriodAfter")) == ["StartingDate", "StartingHour", "EndingDate", "EndingHour"]
    assert tags(report.find("SmallStatutesInformation")) == ["EmploymentNature", "ActivityWithRisk", "WorkerStatus"]
    assert report.findtext("DimonaFeatures/SubEntityNbr") == "7"


def test_a_locked_period_says_so() -> None:
    report = the_form(impact=PeriodImpact(None, replace(PERIOD, is_locked=True))).find(".//DimonaImpactReport")

    assert report.findtext("IsLocked") == "1"


def test_an_open_period_has_no_end() -> None:
    unending = replace(PERIOD, ending_date=None, planned_hours=None, worker_type="OTH")
    report = the_form(impact=PeriodImpact(None, unending)).find(".//DimonaImpactReport")

    assert tags(report.find("DimonaPeriodAfter")) == ["StartingDate"]


def test_several_findings_of_a_form_are_all_reported() -> None:
    findings = tuple(Finding(code, Severity.BLOCKING, "detail") for code in ("00910-005", "01135-001"))
    reports = the_form(findings=findings).findall(".//AnomalyReport")

    assert [report.findtext("ErrorID") for report in reports] == ["00910-005", "01135-001"]
