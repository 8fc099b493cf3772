"""What a rule is: one code, one function, the forms it is about and the paragraph it comes from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from domain.findings import Severity
from validators.dimona.codes import AnomalyCode
from validators.dimona.presence import Presence, Zone, presence_of
from validators.dimona.shapes import Shape
from validators.dimona.statements import ACTIONS, Statement

ANY_FORM: Final[frozenset[str | None]] = frozenset({*ACTIONS, None})


@dataclass(frozen=True, slots=True)
class Objection:
    """What a rule holds against a form: the path of the element concerned (from the form or from its action), and why.

    A step of the path may say which of several elements it means: "Reference[2]".
    """

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    It is asked about the `actions` (None is a form without one) and, where that matters, about the worker `types` or
    those whose `cells` have one of the presences of `zone`. There is nothing to ask when none of `needs` is there, or
    `satisfied_by` is: both are paths of the action.
    """

    code: AnomalyCode
    source: str
    function: Callable[[Statement], Objection | None]
    severity: Severity = Severity.BLOCKING
    actions: frozenset[str | None] = ANY_FORM
    types: frozenset[str] | None = None
    zone: Zone | None = None
    cells: frozenset[Presence] = frozenset()
    needs: tuple[str, ...] = ()
    satisfied_by: str | None = None

    def is_about(self, shape: Shape, worker_type: str | None) -> bool:
        """Whether a form of this shape and kind of worker can break the rule."""
        if shape.action not in self.actions or self.satisfied_by in shape.present:
            return False
        if self.needs and shape.present.isdisjoint(self.needs):
            return False
        if self.types is not None and worker_type not in self.types:
            return False
        return self.zone is None or presence_of(worker_type, self.zone) in self.cells
