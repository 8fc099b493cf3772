"""The sentences of a check: the verdict on everything, on a set and on a file, the same in every form of report."""

from collections.abc import Sequence

from sender.check_reports import CheckReport, FileReport, Outlook, SetReport

NOT_JUDGED = "Only the counter can judge what needs its registers: duplicates, contingents, mandates, names and references used before."


def verdict(report: CheckReport) -> str:
    """Return one sentence about everything that was checked."""
    taken = [file for one in report.sets if one.outlook is not Outlook.REFUSED for file in one.files]
    refused_forms = sum(file.refused_forms for file in taken)
    forms = sum(file.forms or 0 for file in taken)
    whole = [one for one in report.sets if one.outlook is Outlook.REFUSED]
    if not report.sets:
        return "There was nothing to check."
    if report.outlook is Outlook.TAKEN:
        return f"No reason to refuse anything was found{_of(forms)}."
    if whole:
        return _about_refused_sets(report, whole, refused_forms=refused_forms, forms=forms)
    if refused_forms == forms:
        return f"The counter would refuse {'the only declaration' if forms == 1 else f'all {forms} declarations'}."
    return f"The counter would refuse {refused_forms} of {count(forms, 'declaration')}; it can file the others."


def about_set(one: SetReport) -> str:
    """Return what the acknowledgement of the set would say."""
    if one.acknowledgement:
        return f"The counter would refuse the whole set with {', '.join(one.acknowledgement)}."
    return "The counter would take the set."


def about_file(file: FileReport, one: SetReport) -> str:
    """Return what would become of one file of the set; empty when there is nothing to say."""
    if file.is_refused:
        return "the counter would refuse the whole file."
    if file.forms is None:
        return ""
    if not file.refused_forms:
        return f"no reason to refuse any of its {count(file.forms, 'declaration')} was found."
    refused = f"{file.refused_forms} of {count(file.forms, 'declaration')} would be refused"
    if one.outlook is Outlook.REFUSED:
        return f"once the set is taken, {refused}."
    return f"{refused}, the others can be filed." if file.refused_forms < file.forms else f"{refused}."


def about_the_rest(file: FileReport) -> str:
    """Return how many findings are counted but not shown; empty when all are."""
    if not file.more:
        return ""
    return (
        f"The first {len(file.findings)} of {file.total} findings are shown; the other {file.more} are counted by code."
    )


def count(number: int, noun: str) -> str:
    """Return the number with its noun, in the plural unless it is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _about_refused_sets(report: CheckReport, whole: Sequence[SetReport], *, refused_forms: int, forms: int) -> str:
    if len(report.sets) == 1:
        return f"The counter would refuse it: {', '.join(whole[0].acknowledgement)}."
    if len(whole) == len(report.sets):
        return f"The counter would refuse each of the {len(whole)} sets."
    rest = f" {refused_forms} of {count(forms, 'declaration')} in the others would be refused." if forms else ""
    return f"The counter would refuse {len(whole)} of {count(len(report.sets), 'set')}.{rest}"


def _of(forms: int) -> str:
    return f" in {count(forms, 'declaration')}" if forms else ""
