"""Random files of random forms, filed in the register and told to the reference model side by side."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.answers import FormResult
from domain.findings import INTERNAL_CODES
from domain.identifiers import insz
from domain.student_declarations import DimonaAction
from registers.student_days.models import Period, QuotaAccount
from tests.registers.conftest import OTHER, OWN, a_cancellation, an_action, an_end, an_update, codes
from tests.registers.reference_model import ContingentModel

EMPLOYERS = (OWN, OTHER)
ON_TIME = {2026: date(2026, 7, 2), 2027: date(2027, 1, 2)}
LATE = date(2026, 1, 2)
DAYS = 178
STARTS = st.tuples(
    st.sampled_from(["start", "start late"]), st.integers(0, 2), st.integers(0, 1), st.sampled_from([2026, 2027])
)
KINDS = st.sampled_from(["change", "change", "end", "cancel"])
CHANGES = st.tuples(KINDS, st.integers(0, 40))
HOURS = st.sampled_from([1, 20, 100, 200, 300, 650, 900])
FILES = st.one_of(
    st.lists(st.lists(st.tuples(STARTS, HOURS), min_size=1, max_size=6), min_size=1, max_size=3),
    st.lists(st.lists(st.tuples(STARTS | CHANGES, HOURS), min_size=1, max_size=6), min_size=1, max_size=3),
)
"""Files that are received together: with starts alone, so that whole sets can be filed, or of any forms."""


class ContingentMachine(RuleBasedStateMachine):
    """Each run has people of its own, so that nothing needs to be cleaned up; `operations` counts forms."""

    operations = 0
    file: Callable[..., Sequence[FormResult]]
    numbers: Iterator[int]

    def __init__(self) -> None:
        super().__init__()
        self.model = ContingentModel()
        self.people = [insz(50714_000 + next(self.numbers), born_from_2000=True) for _ in range(3)]
        self.days: dict[tuple[object, ...], Iterator[date]] = {}
        self.known: list[str] = []
        self.person_ids: dict[int, int] = {}

    @rule(files=FILES)
    def some_files(self, files: list[list[tuple[tuple, int]]]) -> None:
        known = tuple(self.known)
        told = [[one for one in operations if known or "start" in one[0][0]] for operations in files]
        actions = [[self._action(step, amount, known) for step, amount in operations] for operations in told]
        forms = list(zip(itertools.chain(*told), itertools.chain(*actions), strict=True))
        if not forms:
            return
        for ((step, amount), action), result in zip(forms, type(self).file(*actions), strict=True):
            expected = self._tell(step, amount, action, result)
            excess = sum(finding.exceeding.amount for finding in result.findings if finding.exceeding)
            told_codes = "".join(code for code in codes(result) if code not in INTERNAL_CODES)
            assert (told_codes, excess) == expected
        type(self).operations += len(forms)

    def _action(self, step: tuple, amount: int, known: tuple[str, ...]) -> DimonaAction:
        if "start" in step[0]:
            return self._start(*step, amount)
        number = known[step[1] % len(known)]
        match step[0]:
            case "change":
                return an_update(number, planned_hours=amount)
            case "end":
                return an_end(number, ending_date=Period.objects.get(pk=int(number)).starting_date)
            case _:
                return a_cancellation(number)

    def _start(self, kind: str, person: int, employer: int, year: int, amount: int) -> DimonaAction:
        first = LATE if kind == "start late" else ON_TIME[year]
        place = (person, employer, first)
        days = self.days.setdefault(place, (first + timedelta(days=one) for one in itertools.cycle(range(DAYS))))
        day = next(days)
        return an_action(
            starting_date=day,
            ending_date=day,
            planned_hours=amount,
            insz=self.people[person],
            employer=EMPLOYERS[employer],
        )

    def _tell(self, step: tuple, amount: int, action: DimonaAction, result: FormResult) -> tuple[str, int]:
        if "start" in step[0]:
            number = result.impact.period.period_id
            self.known.append(number)
            self.person_ids.setdefault(step[1], Period.objects.get(pk=int(number)).person_id)
            return self.model.start(number, step[1], action.starting_date.year, amount, late=step[0] == "start late")
        match step[0]:
            case "change":
                return self.model.change(action.period_id, amount)
            case "end":
                return self.model.end(action.period_id)
            case _:
                return self.model.cancel(action.period_id)

    @invariant()
    def balances_are_those_of_the_model(self) -> None:
        accounts = QuotaAccount.objects.filter(person__in=self.person_ids.values())
        held = {(one.person_id, one.year): one.granted for one in accounts}
        assert held == {
            (self.person_ids[person], year): self.model.granted(person, year)
            for person, year in {(one.person, one.year) for one in self.model.periods.values()}
        }


def contingent_machine(file: Callable[..., Sequence[FormResult]]) -> type[ContingentMachine]:
    """Return the machine that files with `file`: called with the actions of each file, it returns one result a form."""
    return type("FilingMachine", (ContingentMachine,), {"file": staticmethod(file), "numbers": itertools.count(1)})
