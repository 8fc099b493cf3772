"""The messages this counter takes: for each purpose code, how its forms are judged and where they are filed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO, Protocol

from domain.answers import FormResult
from domain.student_declarations import JudgedForm
from validators.schemas import SchemaVersion


class FiledSubmission(Protocol):
    """What a register needs to know of the submission whose forms it files."""

    pk: int
    environment: str
    received_at: datetime


class Message(Protocol):
    """One structured message: its rules and its register."""

    def judge_forms(
        self,
        payload: BinaryIO,
        *,
        schema: SchemaVersion,
        received_at: datetime,
    ) -> Iterator[JudgedForm]:
        """Yield every form of the payload with what the rules that need no register find."""
        ...

    def file_forms(
        self,
        forms: Sequence[JudgedForm],
        *,
        submission: FiledSubmission,
        declaring_company: str,
        filed_at: datetime,
    ) -> Sequence[FormResult]:
        """File the forms in the running transaction and return what became of each."""
        ...
