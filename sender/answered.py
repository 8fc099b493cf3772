"""What a sender looks for in an answer: values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnsweredFinding:
    """One anomaly of a declaration, or one code of a refused file."""

    code: str
    severity: str
    label: str
    line: int | None = None

    def __str__(self) -> str:
        where = "" if self.line is None else f" (line {self.line})"
        return " ".join(part for part in (self.code, self.severity, self.label) if part) + where


@dataclass(frozen=True, slots=True)
class AnsweredDeclaration:
    """What became of one declaration (a notification) or of the whole set (an acknowledgement).

    `reference` is the sender's own reference, or the set's file name; `exceeding` is in the unit of `unit`.
    """

    reference: str
    ticket: str
    result: str
    findings: tuple[AnsweredFinding, ...]
    period_id: str = ""
    exceeding: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class AnswerContent:
    """One answer; `declarations` has one entry for an acknowledgement."""

    kind: str
    file_name: str
    ticket: str
    declarations: tuple[AnsweredDeclaration, ...]
