"""What a verification found: how much it looked at, and what is wrong, each in one sentence."""

from dataclasses import dataclass, field

MOST_SENTENCES = 50
"""Of one check; the rest is counted, so that a ruined table does not fill the memory."""


@dataclass(slots=True)
class Check:
    """One kind of thing that was looked at; grows while the verification runs."""

    what: str
    checked: int = 0
    wrong: int = 0
    not_covered: int = 0
    sentences: list[str] = field(default_factory=list)

    def tell(self, sentence: str) -> None:
        """Note that something is wrong."""
        self.wrong += 1
        if len(self.sentences) < MOST_SENTENCES:
            self.sentences.append(sentence)


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """The outcome of a whole verification; `remarks` are worth knowing and no fault."""

    checks: tuple[Check, ...]
    remarks: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not any(check.wrong for check in self.checks)
