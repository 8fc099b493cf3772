"""The messages this counter takes: for each purpose code, how its forms are judged and where they are filed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias, runtime_checkable

from lxml import etree

from domain.answers import AnswerKind, Notification
from domain.environments import Environment
from domain.languages import Language
from domain.refusals import Refusal
from domain.tickets import Ticket
from ingest.placing import Locate
from ingest.prepared_forms import Prepared
from ingest.render_notification import Told
from validators.schemas import SchemaVersion

AnyForm: TypeAlias = Any
"""A judged form: every message has a kind of its own, and alone looks inside. It has an `index`."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What is known of a submission while its forms are judged and filed; `received_on` is a Brussels date.

    `sender` is the number of who delivered, `file_name` the name that answers repeat, `parts` how many payloads there are.
    """

    submission_id: int
    environment: Environment
    declaring_company: str
    language: Language
    received_at: datetime
    received_on: date
    sender: str = ""
    file_name: str = ""
    parts: int = 1


@dataclass(frozen=True, slots=True)
class JudgedSubmission:
    """The judged forms of one submission.

    `lines` are what `Message.stage` says of each form. `read` judges the forms at some indexes once more; they come in
    the order of their indexes, with their tickets. `locate` finds lines and columns in one form. `files` hold the same
    lines where all of them lie on disk.
    """

    submitted: Submitted
    lines: Iterable[bytes]
    read: Callable[[Sequence[int]], Iterator[tuple[AnyForm, Ticket]]]
    locate: Locate
    files: Sequence[Path] = ()


Tell: TypeAlias = Callable[[int, Prepared], Told]
"""Return what is told of a form, by its index and what was prepared of it."""


class Message(Protocol):
    """One structured message: its rules and its register. A message is sent to other processes."""

    def judge_form(
        self, form: etree._Element, *, index: int, schema: SchemaVersion, submitted: Submitted, is_sound: bool
    ) -> AnyForm:
        """Return the form with what the rules that need no register find; `is_sound` when its schema has taken it."""
        ...

    def stage(self, form: AnyForm, *, ticket: Ticket, submitted: Submitted) -> tuple[bytes, Prepared]:
        """Return the line by which the register is told of the form, and what can be told of it in the answer."""
        ...


@runtime_checkable
class FilesTogether(Message, Protocol):
    """A message whose submissions are filed whole, several in one transaction, and answered by notifications."""

    def file_batch(self, batch: Sequence[JudgedSubmission], *, filed_at: datetime) -> Sequence[Tell]:
        """File the submissions of one environment in the running transaction; return how to tell of each one's forms."""
        ...


@runtime_checkable
class FilesAlone(Message, Protocol):
    """A message whose submissions are filed whole, each in a transaction of its own, and answered by notifications.

    Those of several senders name the same companies and persons: whoever filed some of them in one transaction would hold
    these in the order of the files, and others in theirs.
    """

    def file_alone(self, judged: JudgedSubmission, *, filed_at: datetime) -> Tell:
        """File one submission in the running transaction; return how to tell of its forms.

        Nobody else files what the same sender sent until that transaction ends.
        """
        ...


@runtime_checkable
class FilesInChunks(Message, Protocol):
    """A message whose forms are filed `chunk` at a time, each time in a transaction of its own, and answered by itself.

    What is kept of a form's outcome is a value that JSON knows. `kind` is that of the answers.
    """

    @property
    def chunk(self) -> int:
        """How many forms are filed together."""
        ...

    @property
    def kind(self) -> AnswerKind:
        """What the answers about the forms are."""
        ...

    def hold_all(self, forms: Sequence[AnyForm], *, submitted: Submitted, filed_at: datetime) -> None:
        """Hold whom the forms of all chunks concern until the running transaction ends, in which all of them are filed.

        Chunk by chunk they would be held in the order of the file, and others wait for them in theirs. Raises OthersFirstError
        where that is to be done later.
        """
        ...

    def file_chunk(self, forms: Sequence[AnyForm], *, submitted: Submitted, filed_at: datetime) -> list[dict[str, Any]]:
        """File some forms of one submission in the running transaction; return what is kept of each one's outcome."""
        ...

    def render_answers(
        self,
        forms: Sequence[AnyForm],
        outcomes: Sequence[dict[str, Any]],
        *,
        about: Notification,
        submitted: Submitted,
        locate: Locate,
        targets: Sequence[BinaryIO],
    ) -> int:
        """Write the answers about all forms of one submission, one to each target; return how many were refused."""
        ...


@runtime_checkable
class RefusesSets(Protocol):
    """A message that may refuse a set as a whole for what its forms say, once their frames are sound."""

    def refuse_set(self, forms: Iterable[AnyForm], *, submitted: Submitted) -> Iterator[Refusal]:
        """Yield what stands against the whole set, in the order in which it is looked at; the first decides.

        The forms are judged as they are asked for: whoever needs the first alone has it quickly.
        """
        ...
