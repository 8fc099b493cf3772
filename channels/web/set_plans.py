"""What the names of one request make together: a set, or something that is sealed by itself. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from channels.deliveries import ArrivedFile, SignatureFiles, is_complete
from channels.web.problems import Problem, ProblemKind
from channels.web.scopes import Scopes, may_declare, may_declare_anything
from domain.answers import AnswerKind
from domain.environments import INBOXES, Environment, Tray
from domain.filenames import FileName, Prefix, SetKey, is_taken_at_the_door, is_temporary, judge_file_name
from domain.refusals import RefusalCode

_ORDER = (Prefix.PAYLOAD, Prefix.SIGNATURE, Prefix.GO_AHEAD)
_ENVIRONMENT_ELEMENT = 5


class Weight(Enum):
    """What the close of a file of that name leads to."""

    OF_A_SET = "nothing alone: it belongs to a set"
    BY_ITSELF = "a receipt or a cancellation: sealed at once"
    MALFORMED = "answered by its name alone"


@dataclass(frozen=True, slots=True)
class NamedFile:
    """One name as it came, read where it can be."""

    text: str
    weight: Weight
    name: FileName | None


def judge_name(text: str, *, today: date, max_parts: int) -> NamedFile:
    """Return what the name is; Problem for one that no door takes, and for names that wait to be renamed."""
    if not is_taken_at_the_door(text):
        raise Problem(ProblemKind.NAME, "a name has 1 to 64 printable ASCII characters without blank or slash")
    if is_temporary(text):
        raise Problem(ProblemKind.NAME, "nothing is renamed here: send the file under its own name")
    if judge_file_name(text, today=today, max_parts=max_parts):
        return NamedFile(text, Weight.MALFORMED, None)
    name = FileName.parse(text, today=today, max_parts=max_parts)
    alone = name.prefix is Prefix.CANCEL or name.key.purpose == AnswerKind.ACKNOWLEDGEMENT
    return NamedFile(text, Weight.BY_ITSELF if alone else Weight.OF_A_SET, name)


def require_scope(file: NamedFile, scopes: Scopes) -> None:
    """Raise Problem unless a scope allows to deliver that file."""
    purpose = None if file.name is None else file.name.key.purpose
    if purpose is None or purpose == AnswerKind.ACKNOWLEDGEMENT:
        if may_declare_anything(scopes):
            return
        raise Problem(ProblemKind.SCOPE_MISSING, "a declarant scope is needed")
    if not may_declare(scopes, purpose):
        raise Problem(
            ProblemKind.SCOPE_MISSING,
            f"the declarant scope of {purpose} is needed",
            code=RefusalCode.SERVICE_NOT_CONFIGURED,
        )


def tray_for(text: str, wanted: Environment | None) -> Tray:
    """Return the inbox a file goes to: that of `wanted`, else of the environment in its name, else production's."""
    if wanted is None:
        elements = text.split(".")
        letter = elements[_ENVIRONMENT_ELEMENT] if len(elements) > _ENVIRONMENT_ELEMENT else ""
        wanted = Environment(letter) if letter in set(Environment) else Environment.PRODUCTION
    return next(tray for tray in INBOXES if tray.environment is wanted)


@dataclass(frozen=True, slots=True)
class SetPlan:
    """The set that one request delivers: its key, and its names in the order in which they are closed."""

    key: SetKey
    names: Sequence[FileName]
    go_ahead: FileName


def plan_set(files: Sequence[NamedFile], *, signatures: SignatureFiles) -> SetPlan:
    """Return the plan of one whole set, its go-ahead added where none was sent.

    Raises Problem with the code that says what is missing, or when the files are of several sets.
    """
    names = [file.name for file in files if file.name is not None]
    if len({name.key for name in names}) != 1 or any(file.weight is not Weight.OF_A_SET for file in files):
        raise Problem(ProblemKind.SET_INCOMPLETE, "one request delivers one set, one receipt or one cancellation")
    go_ahead = next((name for name in names if name.prefix is Prefix.GO_AHEAD), None) or _implied(names)
    every = [*(name for name in names if name.prefix is not Prefix.GO_AHEAD), go_ahead]
    arrived = [ArrivedFile(name.prefix, name.part_index, name.declared_parts, is_closed=True) for name in every]
    if not is_complete(arrived, signatures=signatures, last=Prefix.GO_AHEAD):
        raise _incomplete(every, go_ahead)
    ordered = sorted(every, key=lambda name: (_ORDER.index(name.prefix), name.part_index))
    return SetPlan(go_ahead.key, ordered, go_ahead)


def _implied(names: Sequence[FileName]) -> FileName:
    first = min(names, key=lambda name: (_ORDER.index(name.prefix), name.part_index))
    return FileName(Prefix.GO_AHEAD, first.key, first.parts, None)


def _incomplete(names: Sequence[FileName], go_ahead: FileName) -> Problem:
    missing = _missing(Prefix.PAYLOAD, names, go_ahead)
    code = RefusalCode.PAYLOAD_COUNT if missing else RefusalCode.SIGNATURE_COUNT
    missing = missing or _missing(Prefix.SIGNATURE, names, go_ahead)
    return Problem(ProblemKind.SET_INCOMPLETE, f"the set lacks {' and '.join(missing)}", code=code)


def _missing(prefix: Prefix, names: Sequence[FileName], go_ahead: FileName) -> list[str]:
    """Return the names, with that prefix, of the parts that were announced and did not come."""
    came = {name.part_index for name in names if name.prefix is prefix}
    return [
        str(FileName(prefix, go_ahead.key, go_ahead.parts, None if go_ahead.parts is None else part))
        for part in range(1, go_ahead.declared_parts + 1)
        if part not in came
    ]
