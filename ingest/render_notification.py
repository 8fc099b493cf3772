"""Write a notification as the XML of a NOTI, one form for each declaration (batch protocol §3.2)."""

from typing import BinaryIO

from lxml import etree

from domain.answers import FormResult, Notification, PeriodImpact
from domain.brussels import brussels_date, brussels_time
from domain.findings import Finding, Location, PeriodFacts, QuotaUnit
from domain.student_declarations import EmployerId
from ingest.render_header import (
    NAMESPACES,
    add,
    add_file_reference,
    add_header,
    add_optional,
    add_reference,
    root_attributes,
)

SCHEMA_NAME = "NOTIFICATION_20231.xsd"


def render_notification(notification: Notification, target: BinaryIO) -> None:
    """Write the UTF-8 bytes of the NOTI to `target`, one form at a time."""
    with etree.xmlfile(target, encoding="UTF-8") as document:
        document.write_declaration()
        with document.element("NOTIFICATION", root_attributes(SCHEMA_NAME), nsmap=NAMESPACES):
            for result in notification.results:
                document.write("\n", _form(notification, result))
            document.write("\n")


def _form(notification: Notification, result: FormResult) -> etree._Element:
    form = etree.Element("Form")
    add_header(form, "NOTI001", created_at=notification.created_at)
    add_file_reference(form, notification.file_name, ticket=str(notification.ticket))
    _add_reception(form, notification)
    _add_original_form(form, result)
    for reference in result.references:
        add_reference(
            form,
            reference.number,
            reference_type=reference.reference_type,
            origin=reference.origin,
            tag="Reference",
        )
    _add_employer(form, result.employer)
    if result.insz is not None:
        add(add(form, "NaturalPerson"), "INSS", result.insz)
    add_reference(form, str(result.ticket), reference_type="1", origin="2", tag="HandledReference")
    _add_handling(form, result)
    return form


def _add_reception(form: etree._Element, notification: Notification) -> None:
    reception = add(form, "FileReceptionInformation")
    add(reception, "ReceptionDate", brussels_date(notification.received_at).isoformat())
    add(reception, "ReceptionHour", brussels_time(notification.received_at))
    add(reception, "Channel", notification.channel.zone_number)
    add(add(form, "HandledOriginalFile"), "SenderId", str(notification.sender))


def _add_original_form(form: etree._Element, result: FormResult) -> None:
    if result.header is None:
        return
    original = add(form, "HandledOriginalForm")
    add(original, "Identification", result.header.identification)
    add(original, "FormCreationDate", result.header.creation_date)
    add(original, "FormCreationHour", result.header.creation_hour)
    add(original, "AttestationStatus", result.header.attestation_status)
    add(original, "TypeForm", result.header.type_form)


def _add_employer(form: etree._Element, employer: EmployerId | None) -> None:
    if employer is None or employer.is_empty:
        return
    block = add(form, "EmployerId")
    add_optional(block, "NOSSRegistrationNbr", employer.nsso)
    add_optional(block, "ProvisionalNSSONbr", employer.provisional_nsso)
    add_optional(block, "CompanyID", employer.company)


def _add_handling(form: etree._Element, result: FormResult) -> None:
    handling = add(form, "HandlingResult")
    add(handling, "ResultCode", result.result.value)
    for finding in result.findings:
        _add_anomaly(handling, finding)
    if result.impact is not None:
        _add_impact(handling, result.impact)


def _add_anomaly(handling: etree._Element, finding: Finding) -> None:
    report = add(handling, "AnomalyReport")
    add(report, "ErrorID", finding.code)
    add_optional(report, "TagName", finding.tag)
    add_optional(report, "Value", finding.value)
    add(report, "AnomalyClass", finding.severity)
    add(report, "AnomalyLabel", finding.label[:500])
    if finding.location is not None:
        _add_location(report, finding.location)
    _add_complement(report, finding)


def _add_location(report: etree._Element, location: Location) -> None:
    block = add(report, "AnomalyLocation")
    add_optional(block, "LineNbr", location.line)
    add_optional(block, "ColumnNbr", location.column)
    add_optional(block, "Location", location.indexes)


def _add_complement(report: etree._Element, finding: Finding) -> None:
    if finding.exceeding is not None:
        quota = add(add(report, "AnomalyComplInformation"), "QuotaFeatures")
        add(quota, "QuotaType", "STUDENT")
        tag = "ExceedingHoursNbr" if finding.exceeding.unit is QuotaUnit.HOURS else "ExceedingDaysNbr"
        add(quota, tag, finding.exceeding.amount)
    elif finding.conflicting:
        complement = add(report, "AnomalyComplInformation")
        for period in finding.conflicting:
            _add_conflicting_period(complement, period)


def _add_conflicting_period(complement: etree._Element, period: PeriodFacts) -> None:
    block = add(complement, "DimonaPeriod")
    add(block, "DimonaPeriodId", period.period_id)
    add(block, "IsLocked", int(period.is_locked))
    add(block, "IsCancelled", int(period.is_cancelled))
    add(block, "IsLate", int(period.is_late))
    _add_dates_and_amount(block, period)
    add(block, "JointCommissionNbr", period.joint_commission)
    add(block, "WorkerType", period.worker_type)


def _add_impact(handling: etree._Element, impact: PeriodImpact) -> None:
    period = impact.period
    report = add(add(handling, "ImpactReport"), "DimonaImpactReport")
    add(report, "DimonaPeriodId", period.period_id)
    add(report, "IsLocked", int(period.is_locked))
    features = add(report, "DimonaFeatures")
    add(features, "JointCommissionNbr", period.joint_commission)
    add(features, "WorkerType", period.worker_type)
    if impact.before is not None:
        _add_dates_and_amount(add(report, "DimonaPeriodBefore"), impact.before)
    if impact.after is not None:
        _add_dates_and_amount(add(report, "DimonaPeriodAfter"), impact.after)


def _add_dates_and_amount(block: etree._Element, period: PeriodFacts) -> None:
    add(block, "StartingDate", period.starting_date.isoformat())
    add(block, "EndingDate", period.ending_date.isoformat())
    add_optional(block, "PlannedHoursNbr", period.planned_hours)
    add_optional(block, "PlannedDaysNbr", period.planned_days)
