"""Write what became of one declaration: the block HandlingResult of a notification (batch protocol §3.2)."""

from lxml import etree

from domain.answers import FormResult
from domain.brussels import brussels_date, brussels_time
from domain.findings import Finding, Location, PeriodFacts, QuotaUnit
from domain.identifiers import is_period_id
from domain.languages import Language
from ingest.anomaly_labels import label_of
from ingest.render_header import add, add_optional
from ingest.render_impact import add_dates_and_amount, add_impact, add_registration, add_registration_impact


def add_handling(form: etree._Element, result: FormResult, *, language: Language) -> None:
    """Append the result, the anomalies with their labels in `language`, and what changed."""
    handling = add(form, "HandlingResult")
    add(handling, "ResultCode", result.result.value)
    if result.diagnosis is not None:
        add(handling, "Diagnosis", result.diagnosis.value)
    for finding in result.findings:
        _add_anomaly(handling, finding, result=result, language=language)
    if result.impact is not None:
        add_impact(handling, result.impact)
    if result.registration is not None:
        add_registration_impact(handling, result.registration)


def _add_anomaly(handling: etree._Element, finding: Finding, *, result: FormResult, language: Language) -> None:
    report = add(handling, "AnomalyReport")
    add(report, "ErrorID", finding.code)
    add_optional(report, "TagName", finding.tag)
    add_optional(report, "Value", finding.value)
    add(report, "AnomalyClass", finding.severity)
    add_optional(report, "AnomalyLabel", label_of(finding, language))
    if finding.location is not None:
        _add_location(report, finding.location)
    _add_path(report, result)
    _add_complement(report, finding)


def _add_location(report: etree._Element, location: Location) -> None:
    block = add(report, "AnomalyLocation")
    add_optional(block, "LineNbr", location.line)
    add_optional(block, "ColumnNbr", location.column)
    add_optional(block, "Location", location.indexes)


def _add_path(report: etree._Element, result: FormResult) -> None:
    """Append the key fields of the record: employer, worker and period as the form itself names them."""
    nsso = result.employer.nsso if result.employer else None
    company = result.employer.company if result.employer else None
    period_id = result.period_id if result.period_id and is_period_id(result.period_id) else None
    if not any((nsso, company, result.insz, period_id)):
        return
    path = add(report, "Path")
    add_optional(path, "NOSSRegistrationNbr", nsso)
    add_optional(path, "CompanyID", company)
    add_optional(path, "INSS", result.insz)
    add_optional(path, "DimonaPeriodId", period_id)


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
    elif finding.registration is not None:
        add_registration(add(report, "AnomalyComplInformation"), finding.registration)


def _add_conflicting_period(complement: etree._Element, period: PeriodFacts) -> None:
    block = add(complement, "DimonaPeriod")
    add(block, "DimonaPeriodId", period.period_id)
    add(block, "IsLocked", int(period.is_locked))
    add(block, "IsCancelled", int(period.is_cancelled))
    add(block, "IsLate", int(period.is_late))
    add_dates_and_amount(block, period)
    add(block, "JointCommissionNbr", period.joint_commission)
    add(block, "WorkerType", period.worker_type)
    if period.last_changed_at is not None:
        add(block, "LastUpdateDate", brussels_date(period.last_changed_at).isoformat())
        add(block, "LastUpdateHour", brussels_time(period.last_changed_at))
