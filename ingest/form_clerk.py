"""Judge forms one by one and prepare them for the register and for the answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from domain.findings import moved_down
from domain.student_declarations import JudgedForm
from domain.tickets import Ticket
from ingest.messages import AnyForm, Message, Submitted
from ingest.prepared_forms import Prepared
from validators.frames import FormChecks, layout_of
from validators.placing import Begin
from validators.reading import FormStream, ReadingLimits
from validators.schemas import SchemaVersion

_TICKET_BYTES = 16


@dataclass(frozen=True, slots=True)
class FormClerk:
    """Judges the forms of one payload; `forms_before` are those of the payloads before it in the set.

    A clerk is sent to other processes.
    """

    message: Message
    schema: SchemaVersion
    limits: ReadingLimits
    submitted: Submitted
    randomness: Callable[[int], bytes]
    forms_before: int = 0

    def judge(
        self,
        form: etree._Element,
        *,
        position: int,
        lines_before: int = 0,
        begin: Begin | None = None,
        is_sound: bool = False,
    ) -> AnyForm:
        """Return the form, the `position`-th of its payload from 1, judged; lines are counted after `lines_before`.

        `begin` is where the form begins in its payload, if that is known. `is_sound` says that the schema has taken it.
        """
        judged = self.message.judge_form(
            form, index=position, schema=self.schema, submitted=self.submitted, is_sound=is_sound
        )
        if not self.forms_before and not lines_before and begin is None:
            return judged
        if not isinstance(judged, JudgedForm):
            return judged.moved(forms=self.forms_before, lines=lines_before)
        line = None if judged.line is None else judged.line + lines_before
        line, column = begin or (line, None)
        return JudgedForm(
            self.forms_before + position,
            judged.header,
            judged.references,
            judged.employer,
            judged.insz,
            judged.action,
            tuple([moved_down(finding, lines_before) for finding in judged.findings]) if judged.findings else (),
            position,
            line,
            column,
        )

    def stage(self, form: AnyForm) -> tuple[bytes, Prepared]:
        """Return the line of the form, under a new ticket, and what is told of it."""
        ticket = Ticket.from_random(self.randomness(_TICKET_BYTES))
        return self.message.stage(form, ticket=ticket, submitted=self.submitted)

    def read_stream(self, payload: BinaryIO) -> Iterator[AnyForm]:
        """Yield every form of a payload whose frame was found sound, judged; raises the Refusals of its frame."""
        for position, form in enumerate(
            FormStream(payload, limits=self.limits, layout=layout_of(self.schema.message)), start=1
        ):
            yield self.judge(form, position=position)

    def checks(self) -> FormChecks:
        """Return what the frame asks of every form."""
        return FormChecks(self.schema, limits=self.limits)
