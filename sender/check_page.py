"""Render what a check found as one HTML page that can be mailed: it loads nothing and holds no national number."""

import re
from collections.abc import Iterable
from html import escape

from domain.brussels import BRUSSELS
from sender.check_page_style import STYLE
from sender.check_reports import CheckedFinding, CheckReport, CodeCount, FileReport, Outlook, SetReport
from sender.check_sentences import NOT_JUDGED, about_file, about_set, about_the_rest, count, verdict
from sender.masking import mask_national_numbers
from sender.tables import printable

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_MARKS = {Outlook.TAKEN: "✓", Outlook.PARTLY_REFUSED: "!", Outlook.REFUSED: "✕"}
_CLASSES = {Outlook.TAKEN: "taken", Outlook.PARTLY_REFUSED: "partly", Outlook.REFUSED: "refused"}
_SUMMARY_FROM = 10
_MEGABYTE = 1_000_000
_COMMAND = re.compile(r"`([^`]+)`")


def render_page(report: CheckReport) -> str:
    """Return the whole page; everything that came from the files is masked and escaped."""
    sets = "\n".join(_render_set(number, one) for number, one in enumerate(report.sets, start=1))
    at = report.checked_at.astimezone(BRUSSELS)
    facts = [f"Checked on {at:%Y-%m-%d} at {at:%H:%M}, Brussels time", count(len(report.files), "file")]
    forms = sum(file.forms or 0 for file in report.files)
    facts += [count(forms, "declaration")] if forms else []
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Check report: {_text(verdict(report))}</title>
<style>{STYLE}</style>
</head>
<body>
<header class="{_CLASSES[report.outlook]}">
<p class="kind">Check before sending</p>
<h1><span class="mark" aria-hidden="true">{_MARKS[report.outlook]}</span><span>{_text(verdict(report))}</span></h1>
<p class="facts">{" · ".join(facts)}</p>
</header>
<main>
{_render_contents(report)}{sets}{_render_skipped(report)}
</main>
<footer><p>{escape(NOT_JUDGED)}</p>
<p>Made by <code>guichet check</code> with the counter's own rules. National numbers are hidden but for their last two
digits.</p></footer>
</body>
</html>
"""


def _render_contents(report: CheckReport) -> str:
    if len(report.sets) < len("ab"):
        return ""
    items = "".join(
        f'<li class="{_CLASSES[one.outlook]}"><a href="#set-{number}">{_text(one.title)}</a> '
        f"<span>{_text(_told_of(one))}</span></li>"
        for number, one in enumerate(report.sets, start=1)
    )
    return f'<nav aria-label="What was checked"><ul>{items}</ul></nav>\n'


def _told_of(one: SetReport) -> str:
    if one.acknowledgement:
        return f"refused: {', '.join(one.acknowledgement)}"
    refused = sum(file.refused_forms for file in one.files)
    return f"{count(refused, 'declaration')} refused" if refused else "no reason to refuse it"


def _render_set(number: int, one: SetReport) -> str:
    files = "\n".join(_render_file(file, one) for file in one.files)
    if len(one.files) == 1 and one.title == one.files[0].name and not one.findings:
        return f'<section id="set-{number}" class="{_CLASSES[one.outlook]}">\n{files}\n</section>'
    return (
        f'<section id="set-{number}" class="{_CLASSES[one.outlook]}">\n<h2>Set {_text(one.title)}</h2>\n'
        f"<p>{_text(about_set(one))}</p>\n{_paragraphs(one.remarks)}{_table(one.findings, whole='whole set')}{files}\n</section>"
    )


def _render_file(file: FileReport, one: SetReport) -> str:
    sentence = about_file(file, one)
    told = f"<p>{_text(sentence[0].upper() + sentence[1:])}</p>\n" if sentence else ""
    return (
        f"<article>\n<h3>{_text(file.name)}</h3>\n{told}{_facts(file)}{_paragraphs(file.remarks)}"
        f"{_summary(file)}{_table(file.findings)}{_paragraphs([about_the_rest(file)])}</article>"
    )


def _facts(file: FileReport) -> str:
    facts = [("Size", _size(file.size))]
    if file.forms is not None:
        facts += [("Declarations", str(file.forms)), ("Would be refused", str(file.refused_forms))]
    if file.total:
        facts.append(("Findings", str(file.total)))
    pairs = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f"<dl>{pairs}</dl>\n"


def _summary(file: FileReport) -> str:
    """Return the table of codes where there is so much that one wants to see it at a glance first."""
    if file.total < _SUMMARY_FROM:
        return ""
    rows = "".join(map(_summary_row, file.codes))
    head = _head("Code", "Times", "Meaning, and what to do")
    return f'<h4>By code</h4>\n<table class="codes">{head}<tbody>{rows}</tbody></table>\n<h4>One by one</h4>\n'


def _summary_row(code: CodeCount) -> str:
    return (
        f'<tr><td data-label="Code">{_code(code.first)}</td><td data-label="Times" class="number">{code.count}</td>'
        f'<td data-label="Meaning">{_explained(code.first)}</td></tr>'
    )


def _table(findings: Iterable[CheckedFinding], *, whole: str = "whole file") -> str:
    rows = "".join(_row(finding, whole) for finding in findings)
    if not rows:
        return ""
    head = _head("Code", "Line:column", "Declaration", "What is wrong, and what to do")
    return f'<table class="findings">{head}<tbody>{rows}</tbody></table>\n'


def _row(finding: CheckedFinding, whole: str) -> str:
    declaration = whole if finding.form is None else str(finding.form)
    if finding.reference:
        declaration += f' <span class="reference">{_text(finding.reference)}</span>'
    return (
        f'<tr><td data-label="Code">{_code(finding)}</td><td data-label="Line:column">{finding.place or "-"}</td>'
        f'<td data-label="Declaration">{declaration}</td><td data-label="What">{_explained(finding)}</td></tr>'
    )


def _code(finding: CheckedFinding) -> str:
    badge = ("blocks", "refuses") if finding.is_blocking else ("remark", "remark")
    return f'<code>{_text(finding.code)}</code> <span class="badge {badge[0]}">{badge[1]}</span>'


def _explained(finding: CheckedFinding) -> str:
    what = finding.what[:1].upper() + finding.what[1:]
    what = what if what.endswith(".") else f"{what}."
    told = _COMMAND.sub(r"<code>\1</code>", _text(finding.advice))
    advice = f'<span class="advice">{told}</span>' if told else ""
    return f"{_text(what)}{advice}"


def _head(*names: str) -> str:
    cells = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _render_skipped(report: CheckReport) -> str:
    names = ", ".join(report.skipped)
    return f"<p>Not looked at, since they have no name of the protocol: {_text(names)}.</p>" if names else ""


def _paragraphs(sentences: Iterable[str]) -> str:
    return "".join(f'<p class="remark">{_text(sentence)}</p>\n' for sentence in sentences if sentence)


def _size(size: int) -> str:
    if size < _MEGABYTE:
        return "1 byte" if size == 1 else f"{size} bytes"
    return f"{size / _MEGABYTE:.1f}".removesuffix(".0") + " MB"


def _text(text: str) -> str:
    return escape(mask_national_numbers(printable(text)))
