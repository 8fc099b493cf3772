"""The messages this counter takes: for each purpose code, how its forms are judged and where they are filed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, TypeAlias

from lxml import etree

from domain.environments import Environment
from domain.languages import Language
from domain.student_declarations import JudgedForm
from domain.tickets import Ticket
from ingest.placing import Locate
from ingest.prepared_forms import Prepared
from ingest.render_notification import Told
from validators.schemas import SchemaVersion


@dataclass(frozen=True, slots=True)
class Submitted:
    """What is known of a submission while its forms are judged and filed; `received_on` is a Brussels date."""

    submission_id: int
    environment: Environment
    declaring_company: str
    language: Language
    received_at: datetime
    received_on: date


@dataclass(frozen=True, slots=True)
class JudgedSubmission:
    """The judged forms of one submission.

    `lines` are what `Message.stage` says of each form. `read` judges the forms at some indexes once more; they come in
    the order of their indexes, with their tickets. `locate` finds lines and columns in one form. `files` hold the same
    lines where all of them lie on disk.
    """

    submitted: Submitted
    lines: Iterable[bytes]
    read: Callable[[Sequence[int]], Iterator[tuple[JudgedForm, Ticket]]]
    locate: Locate
    files: Sequence[Path] = ()


Tell: TypeAlias = Callable[[int, Prepared], Told]
"""Return what is told of a form, by its index and what was prepared of it."""


class Message(Protocol):
    """One structured message: its rules and its register. A message is sent to other processes."""

    def judge_form(
        self, form: etree._Element, *, index: int, schema: SchemaVersion, received_on: date, is_sound: bool
    ) -> JudgedForm:
        """Return the form with what the rules that need no register find; `is_sound` when its schema has taken it."""
        ...

    def stage(self, form: JudgedForm, *, ticket: Ticket, submitted: Submitted) -> tuple[bytes, Prepared]:
        """Return the line by which the register is told of the form, and what can be told of it in the answer."""
        ...

    def file_batch(self, batch: Sequence[JudgedSubmission], *, filed_at: datetime) -> Sequence[Tell]:
        """File the submissions of one environment in the running transaction; return how to tell of each one's forms."""
        ...
