"""What a check before sending found: values only, in the order in which the counter judges."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    """The stages of the counter that can be judged beforehand (batch protocol §5)."""

    NAME = "A"
    PLACE = "B"
    SET = "D"
    SIZE = "E"
    SIGNATURE = "F"
    CONTENT = "G"
    DECLARATION = "H"


class Outlook(StrEnum):
    """What the counter would do, as far as can be known beforehand."""

    TAKEN = "taken"
    PARTLY_REFUSED = "partly refused"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CheckedFinding:
    """One finding: `form` counts from 1 and is None for a file or set as a whole; lines and columns count from 1."""

    stage: Stage
    code: str
    is_blocking: bool
    what: str
    advice: str
    form: int | None = None
    reference: str = ""
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        """Where it is, as `line:column`; empty when it has no place."""
        return ":".join(str(number) for number in (self.line, self.column) if number is not None)


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How often a code was found; the sentence and the place are those of the first time."""

    first: CheckedFinding
    count: int


class Tally:
    """Collects the findings of one file in flat memory: the first `shown` in full, all of them counted by code."""

    def __init__(self, shown: int) -> None:
        self._shown = shown
        self._first: dict[tuple[str, bool], CheckedFinding] = {}
        self._counts: Counter[tuple[str, bool]] = Counter()
        self._refused_form: int | None = None
        self.findings: list[CheckedFinding] = []
        self.refused_forms = 0

    def add(self, finding: CheckedFinding) -> None:
        """Count one finding; those of one form come one after the other."""
        key = finding.code, finding.is_blocking
        self._first.setdefault(key, finding)
        self._counts[key] += 1
        if len(self.findings) < self._shown:
            self.findings.append(finding)
        if finding.is_blocking and finding.form is not None and finding.form != self._refused_form:
            self._refused_form = finding.form
            self.refused_forms += 1

    @property
    def codes(self) -> tuple[CodeCount, ...]:
        """Every code, the most frequent first."""
        return tuple(CodeCount(self._first[key], count) for key, count in self._counts.most_common())


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: `forms` is None when its declarations were not judged; `findings` are the first, `codes` count all."""

    name: str
    size: int
    forms: int | None = None
    refused_forms: int = 0
    findings: tuple[CheckedFinding, ...] = ()
    codes: tuple[CodeCount, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Findings in all, shown or not."""
        return sum(code.count for code in self.codes)

    @property
    def more(self) -> int:
        """Findings that are counted but not shown."""
        return self.total - len(self.findings)

    @property
    def is_refused(self) -> bool:
        """Whether the counter would refuse the file as a whole."""
        return any(code.first.is_blocking and code.first.form is None for code in self.codes)


@dataclass(frozen=True, slots=True)
class SetReport:
    """What would be one delivery: the files of one set, or one payload that bears no protocol name yet."""

    title: str
    files: tuple[FileReport, ...]
    findings: tuple[CheckedFinding, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def acknowledgement(self) -> tuple[str, ...]:
        """The codes that the acknowledgement would hold: those of the first stage that finds a fault; none if taken."""
        whole = [finding for finding in self._every_first() if finding.is_blocking and finding.form is None]
        first = min((finding.stage for finding in whole), default=None)
        return tuple(dict.fromkeys(finding.code for finding in whole if finding.stage is first))

    @property
    def outlook(self) -> Outlook:
        """What would become of the set."""
        if self.acknowledgement:
            return Outlook.REFUSED
        return Outlook.PARTLY_REFUSED if any(file.refused_forms for file in self.files) else Outlook.TAKEN

    def _every_first(self) -> list[CheckedFinding]:
        return [*self.findings, *(code.first for file in self.files for code in file.codes)]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything that one call found; `shown` is how many findings a file may show at most, `skipped` what was not read."""

    checked_at: datetime
    sets: tuple[SetReport, ...]
    shown: int
    skipped: tuple[str, ...] = ()

    @property
    def outlook(self) -> Outlook:
        """The worst of the sets."""
        outlooks = {one.outlook for one in self.sets}
        if outlooks <= {Outlook.TAKEN}:
            return Outlook.TAKEN
        return Outlook.REFUSED if outlooks == {Outlook.REFUSED} else Outlook.PARTLY_REFUSED

    @property
    def files(self) -> tuple[FileReport, ...]:
        """Every file, in order."""
        return tuple(file for one in self.sets for file in one.files)
