"""Give findings the columns of what they are about, by a second look at the bytes of their forms alone."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeAlias, TypeVar

from domain.findings import Finding, Location
from domain.student_declarations import DimonaIn, JudgedForm
from ingest.judged_files import JudgedChunk
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.starting import TOLD_OF_STARTS
from validators.placing import StreamPlaces

F = TypeVar("F")
_OF_REGISTER = frozenset(map(str, RegisterAnomaly))
_FORM_STEPS = 2
_TOLD_AT_ONCE = ("DimonaIn",)
"""What is told of a start for sure, before the register sees it: that it is late."""

Locate: TypeAlias = Callable[[int, Collection[str]], Mapping[str, Location]]
"""Return the places of elements in the form at an index of the set; forms are asked for in their order."""


class Places(Protocol):
    """Where elements of one payload stand, by their paths."""

    def find(self, wanted: Collection[str]) -> Mapping[str, Location]:
        """Return the places of those that are there."""
        ...


def place_forms(forms: Sequence[JudgedForm], places: Places, *, received_on: date) -> list[JudgedForm]:
    """Return the forms, those with the columns of which a finding is told already, or will be for sure.

    Forms of other messages are left as they are: their findings are placed when they are told.
    """
    if forms and not isinstance(forms[0], JudgedForm):
        return list(forms)
    told = [
        number
        for number, form in enumerate(forms)
        if form.findings or (isinstance(form.action, DimonaIn) and _is_looked_for(form, form.action, received_on))
    ]
    placed = list(forms)
    if told:
        found = places.find(
            {path for number in told for path in _paths_of_form(forms[number], _tags_of(forms[number]))}
        )
        for number in told:
            placed[number] = _placed(forms[number], found, _tags_of(forms[number]))
    return placed


def place_findings(findings: Sequence[Finding], index: int, locate: Locate) -> tuple[Finding, ...]:
    """Return the findings about the form at `index`, all with their columns."""
    wanted = {path for finding in findings if _is_unplaced(finding) for path in _paths_of([finding])}
    return _at(findings, locate(index, wanted)) if wanted else tuple(findings)


def place_finding(index: int, locate: Locate, finding: Finding) -> Finding:
    """Return the one finding about the form at `index` with its column."""
    return place_findings([finding], index, locate)[0]


def place_waiting(form: F, index: int, locate: Locate) -> F | JudgedForm:
    """Return the form at `index`, with the places of what may be told of it later when it is kept until its worker is known."""
    if not isinstance(form, JudgedForm) or not isinstance(form.action, DimonaIn) or form.action.insz is not None:
        return form
    return _placed(form, locate(index, _paths_of_form(form, TOLD_OF_STARTS)), TOLD_OF_STARTS)


class ChunkPlaces:
    """Where elements of a payload stand that was judged chunk by chunk; the chunks are asked for in their order.

    `stream` begins the payload anew; `of_piece` looks at a chunk that was cut out.
    """

    def __init__(self, *, stream: Callable[[], Iterator[bytes]], of_piece: Callable[[JudgedChunk], Places]) -> None:
        self._begin = stream
        self._of_piece = of_piece
        self._stream: Places | None = None
        self._reached = 0
        self._last: tuple[JudgedChunk, Places] | None = None

    def locate(self, chunk: JudgedChunk, position: int, wanted: Collection[str]) -> Mapping[str, Location]:
        """Return the places of what is wanted in the form at that position of its payload, one of the chunk."""
        if chunk.piece is None:
            return self._stream_before(position).find(wanted)
        if self._last is None or self._last[0] != chunk:
            self._last = chunk, self._of_piece(chunk)
        return self._last[1].find(wanted)

    def _stream_before(self, position: int) -> Places:
        if self._stream is None or position <= self._reached:
            self._stream = StreamPlaces(self._begin())
        self._reached = position
        return self._stream


def _is_looked_for(form: JudgedForm, start: DimonaIn, received_on: date) -> bool:
    """Whether something will be told of a start without findings: it is late, or waits for its worker to be known."""
    return start.starting_date < received_on or (form.column is None and start.insz is None)


def _tags_of(form: JudgedForm) -> Sequence[str]:
    return _TOLD_AT_ONCE if isinstance(form.action, DimonaIn) else ()


def _paths_of_form(form: JudgedForm, tags: Sequence[str]) -> list[str]:
    own = f"1,{form.position}"
    return [own, *[_named(own, tag) for tag in tags], *_paths_of(form.findings)]


def _placed(form: JudgedForm, found: Mapping[str, Location], tags: Sequence[str]) -> JudgedForm:
    """Return the form with what was found of it: where it stands itself, its elements of those names, its findings."""
    path = f"1,{form.position}"
    own = found.get(path)
    if own is None:
        return form
    places = tuple([(tag, found[_named(path, tag)]) for tag in tags if _named(path, tag) in found])
    return replace(form, line=own.line, column=own.column, places=places, findings=_at(form.findings, found))


def _at(findings: Sequence[Finding], found: Mapping[str, Location]) -> tuple[Finding, ...]:
    return tuple([replace(finding, location=found.get(_path_of(finding), finding.location)) for finding in findings])


def _is_unplaced(finding: Finding) -> bool:
    return finding.location is not None and (finding.location.column is None or "/" in _path_of(finding))


def _paths_of(findings: Sequence[Finding]) -> list[str]:
    return [path for path in map(_path_of, findings) if path]


def _path_of(finding: Finding) -> str:
    """Return what a finding is about, as places are asked for: the register knows of a form what it says, not where."""
    indexes = "" if finding.location is None else finding.location.indexes or ""
    if finding.code in _OF_REGISTER and finding.tag is not None and indexes.count(",") == _FORM_STEPS - 1:
        return _named(indexes, finding.tag)
    return indexes


def _named(form: str, tag: str) -> str:
    return f"{form}/{tag}"
