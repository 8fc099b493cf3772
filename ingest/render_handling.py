"""Write what became of one declaration: the block HandlingResult of a notification (batch protocol §3.2)."""

from domain.answers import FormResult
from domain.brussels import brussels_date, brussels_time
from domain.findings import Exceeding, Finding, Location, PeriodFacts, QuotaUnit
from domain.identifiers import is_period_id
from domain.languages import Language
from domain.student_declarations import EmployerId
from ingest.anomaly_labels import label_of
from ingest.render_impact import (
    render_dates_and_amount,
    render_impact,
    render_registration,
    render_registration_impact,
)
from ingest.xml_text import block, element, optional


def render_handling(result: FormResult, *, language: Language) -> str:
    """Return the result, the anomalies with their labels in `language`, and what changed."""
    path = render_path(result.employer, result.insz, result.period_id)
    return block(
        "HandlingResult",
        element("ResultCode", result.result.value),
        "" if result.diagnosis is None else element("Diagnosis", result.diagnosis.value),
        *(
            render_anomaly(finding, path=path, language=language)
            for finding in result.findings
            if not finding.is_internal
        ),
        "" if result.impact is None else render_impact(result.impact),
        "" if result.registration is None else render_registration_impact(result.registration),
    )


def render_anomaly(finding: Finding, *, path: str, language: Language) -> str:
    """Return one anomaly; `path` is what `render_path` says of its form."""
    return block(
        "AnomalyReport",
        element("ErrorID", finding.code),
        optional("TagName", finding.tag),
        optional("Value", finding.value),
        element("AnomalyClass", finding.severity),
        optional("AnomalyLabel", label_of(finding, language)),
        "" if finding.location is None else _location(finding.location),
        path,
        _complement(finding),
    )


def render_path(employer: EmployerId | None, insz: str | None, period_id: str | None) -> str:
    """Return the key fields of the record: employer, worker and period as the form itself names them."""
    employer = employer or EmployerId()
    period_id = period_id if period_id and is_period_id(period_id) else None
    if employer.is_empty and not insz and not period_id:
        return ""
    return block(
        "Path",
        optional("NOSSRegistrationNbr", employer.nsso),
        optional("ProvisionalNSSONbr", employer.provisional_nsso) if employer.nsso is None else "",
        optional("CompanyID", employer.company),
        optional("INSS", insz),
        optional("DimonaPeriodId", period_id),
    )


def _location(location: Location) -> str:
    return block(
        "AnomalyLocation",
        optional("LineNbr", location.line),
        optional("ColumnNbr", location.column),
        optional("Location", location.indexes),
    )


def _complement(finding: Finding) -> str:
    if finding.exceeding is not None:
        return block("AnomalyComplInformation", _quota_features(finding.exceeding))
    if finding.conflicting:
        return block("AnomalyComplInformation", *map(_conflicting_period, finding.conflicting))
    if finding.registration is not None:
        return block("AnomalyComplInformation", render_registration(finding.registration))
    return ""


def _quota_features(exceeding: Exceeding) -> str:
    tag = "ExceedingHoursNbr" if exceeding.unit is QuotaUnit.HOURS else "ExceedingDaysNbr"
    return block("QuotaFeatures", element("QuotaType", "STUDENT"), element(tag, exceeding.amount))


def _conflicting_period(period: PeriodFacts) -> str:
    changed = period.last_changed_at
    return block(
        "DimonaPeriod",
        element("DimonaPeriodId", period.period_id),
        element("IsLocked", int(period.is_locked)),
        element("IsCancelled", int(period.is_cancelled)),
        element("IsLate", int(period.is_late)),
        render_dates_and_amount(period),
        element("JointCommissionNbr", period.joint_commission),
        element("WorkerType", period.worker_type),
        "" if changed is None else element("LastUpdateDate", brussels_date(changed)),
        "" if changed is None else element("LastUpdateHour", brussels_time(changed)),
    )
