"""Render what a check found for a terminal and for programs."""

import dataclasses
from collections.abc import Iterator

from sender.check_reports import CheckedFinding, CheckReport, CodeCount, FileReport, SetReport
from sender.check_sentences import NOT_JUDGED, about_file, about_set, about_the_rest, verdict
from sender.tables import printable, render_table

_HEADINGS = ("code", "line:column", "declaration", "effect", "what")
_COUNTS = ("code", "times", "effect", "first at", "what")


def render_check(report: CheckReport) -> str:
    """Return the report as text: each set with its files, then what to do about each code, then the verdict."""
    parts = [_render_set(one) for one in report.sets]
    parts += [_render_advice(report), _render_skipped(report), f"{verdict(report)}\n{NOT_JUDGED}\n"]
    return "\n".join(part for part in parts if part)


def check_document(report: CheckReport) -> dict[str, object]:
    """Return the report as values that JSON knows."""
    return {
        "outlook": report.outlook.value,
        "verdict": verdict(report),
        "checked_at": report.checked_at.isoformat(timespec="seconds"),
        "sets": [_set_document(one) for one in report.sets],
        "not_looked_at": list(report.skipped),
    }


def _render_set(one: SetReport) -> str:
    lines = [_render_file(file, one) for file in one.files]
    if len(one.files) == 1 and one.title == one.files[0].name and not one.findings:
        return "".join(lines)
    remarks = "".join(f"  {remark}\n" for remark in one.remarks)
    return f"Set {printable(one.title)}: {about_set(one)}\n{_table(one.findings)}{remarks}{''.join(lines)}"


def _render_file(file: FileReport, one: SetReport) -> str:
    name = printable(file.name)
    sentence = about_file(file, one)
    lines = [_table(file.findings)]
    if file.more:
        lines += [_counts(file.codes), f"{about_the_rest(file)}\n"]
    lines += [f"{name}: {remark}\n" for remark in file.remarks]
    if sentence:
        lines.append(f"{name}: {sentence}\n")
    elif not file.findings and not file.remarks:
        lines.append(f"{name}: nothing to remark.\n")
    return "".join(lines)


def _table(findings: tuple[CheckedFinding, ...]) -> str:
    if not findings:
        return ""
    return render_table(
        _HEADINGS, [(item.code, item.place, _declaration(item), _effect(item), item.what) for item in findings]
    )


def _counts(codes: tuple[CodeCount, ...]) -> str:
    rows = [
        (item.first.code, str(item.count), _effect(item.first), item.first.place, item.first.what) for item in codes
    ]
    return "\nAll findings by code:\n" + render_table(_COUNTS, rows)


def _render_advice(report: CheckReport) -> str:
    advice: dict[str, str] = {}
    for finding in _firsts(report):
        if finding.advice:
            advice.setdefault(finding.code, finding.advice)
    return "What to do:\n" + "".join(f"  {code}  {text}\n" for code, text in advice.items()) if advice else ""


def _firsts(report: CheckReport) -> Iterator[CheckedFinding]:
    for one in report.sets:
        yield from one.findings
        for file in one.files:
            yield from (item.first for item in file.codes)


def _render_skipped(report: CheckReport) -> str:
    names = ", ".join(map(printable, report.skipped))
    return f"Not looked at, since they have no name of the protocol: {names}.\n" if names else ""


def _declaration(finding: CheckedFinding) -> str:
    if finding.form is None:
        return ""
    return f"{finding.form} ({finding.reference})" if finding.reference else str(finding.form)


def _effect(finding: CheckedFinding) -> str:
    return "refuses" if finding.is_blocking else "remark"


def _set_document(one: SetReport) -> dict[str, object]:
    return {
        "set": one.title,
        "outlook": one.outlook.value,
        "acknowledgement": list(one.acknowledgement),
        "findings": [_finding_document(finding) for finding in one.findings],
        "remarks": list(one.remarks),
        "files": [_file_document(file) for file in one.files],
    }


def _file_document(file: FileReport) -> dict[str, object]:
    return {
        "file": file.name,
        "bytes": file.size,
        "declarations": file.forms,
        "refused_declarations": file.refused_forms,
        "findings": [_finding_document(finding) for finding in file.findings],
        "findings_in_all": file.total,
        "codes": {item.first.code: item.count for item in file.codes},
        "remarks": list(file.remarks),
    }


def _finding_document(finding: CheckedFinding) -> dict[str, object]:
    return dataclasses.asdict(finding) | {"stage": finding.stage.value}
