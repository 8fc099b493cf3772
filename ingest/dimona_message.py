"""Bind the message DIMN: judged by the Dimona rules, filed in the register of student days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from lxml import etree

from domain.answers import FormResult
from domain.environments import Environment
from domain.student_declarations import JudgedForm
from domain.tickets import Ticket
from ingest.messages import JudgedSubmission, Submitted, Tell
from ingest.placing import place_finding, place_findings
from ingest.prepared_forms import Prepared, finish, prepare
from ingest.render_notification import Told, render_form
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.batch_filing import FiledSubmission, StagedSubmission, file_batch
from registers.student_days.context import FilingContext
from registers.student_days.filing import file_forms
from registers.student_days.lanes import Lanes
from registers.student_days.staging import staged_line
from registers.student_days.telling import leave_to_tell
from validators.dimona import DimonaRuleSettings, judge_form
from validators.schemas import SchemaVersion

_REGISTER_OF = {
    Environment.PRODUCTION: Environment.PRODUCTION,
    Environment.TEST: Environment.TEST,
    Environment.SIMULATION: Environment.TEST,
}
"""A simulation is judged against the test register, and leaves no trace there."""


@dataclass(frozen=True, slots=True)
class DimonaMessage:
    """Dimona declarations (student declarations §1 to §3); large submissions are filed in `lanes` where there are any."""

    person_keys: PersonKeys
    rules: DimonaRuleSettings
    late_also_369: bool
    users_apart: bool
    late_tolerated: bool
    late_cancels: bool
    lanes: Lanes | None = None

    def judge_form(
        self, form: etree._Element, *, index: int, schema: SchemaVersion, submitted: Submitted, is_sound: bool
    ) -> JudgedForm:
        """Return the form with what the rules that need no register find; `is_sound` when its schema has taken it."""
        return judge_form(
            form, index=index, schema=schema, received_on=submitted.received_on, settings=self.rules, is_sound=is_sound
        )

    def stage(self, form: JudgedForm, *, ticket: Ticket, submitted: Submitted) -> tuple[bytes, Prepared]:
        """Return the line by which the register is told of the form, and what can be told of it in the answer."""
        environment = _REGISTER_OF[submitted.environment]
        line = staged_line(
            form,
            submission_id=submitted.submission_id,
            ticket=str(ticket),
            received_on=submitted.received_on,
            hide=partial(self.person_keys.hide, environment=environment),
        )
        prepared = prepare(
            form,
            ticket=ticket,
            received_on=submitted.received_on,
            late_also_369=self.late_also_369,
            language=submitted.language,
        )
        return line.encode(), prepared

    def file_batch(self, batch: Sequence[JudgedSubmission], *, filed_at: datetime) -> Sequence[Tell]:
        """File the submissions of one environment in the running transaction; return how to tell of each one's forms."""
        environment = _REGISTER_OF[batch[0].submitted.environment]
        staged = [
            StagedSubmission(
                self._context(judged.submitted, filed_at=filed_at), judged.lines, judged.read, judged.files
            )
            for judged in batch
        ]
        is_simulation = batch[0].submitted.environment is Environment.SIMULATION
        lanes = None if is_simulation else self.lanes
        filed = file_batch(staged, persons=self.persons(environment), lanes=lanes)
        leave_to_tell([judged.submitted.submission_id for judged in batch], environment)
        return [partial(_tell, one, judged) for one, judged in zip(filed, batch, strict=True)]

    def file_singly(
        self, forms: Sequence[JudgedForm], *, submitted: Submitted, tickets: Sequence[Ticket], filed_at: datetime
    ) -> Sequence[FormResult]:
        """File forms one after the other in the running transaction, under the tickets they have; return what became of each."""
        given, environment = iter(tickets), _REGISTER_OF[submitted.environment]
        results = file_forms(
            forms,
            context=self._context(submitted, filed_at=filed_at),
            persons=self.persons(environment),
            new_ticket=lambda: next(given),
        )
        first = min((form.index for form in forms), default=0)
        leave_to_tell([submitted.submission_id], environment, first_form=first)
        return results

    def persons(self, environment: Environment) -> PersonDirectory:
        """Return the persons of an environment."""
        return PersonDirectory(self.person_keys, environment=environment)

    def _context(self, submitted: Submitted, *, filed_at: datetime) -> FilingContext:
        return FilingContext(
            submission_id=submitted.submission_id,
            environment=_REGISTER_OF[submitted.environment],
            declaring_company=submitted.declaring_company,
            received_at=submitted.received_at,
            filed_at=filed_at,
            late_also_369=self.late_also_369,
            users_apart=self.users_apart,
            late_tolerated=self.late_tolerated,
            late_cancels=self.late_cancels,
        )


def _tell(filed: FiledSubmission, judged: JudgedSubmission, index: int, prepared: Prepared) -> Told:
    """Return what is told of one form: opened as one of a set, decided by itself, or refused before."""
    language = judged.submitted.language
    if (opened := filed.opened.get(index)) is not None:
        return finish(prepared, opened, language=language, place=partial(place_finding, index, judged.locate))
    if (result := filed.decided.get(index)) is not None:
        findings = place_findings(result.findings, index, judged.locate)
        told = render_form(replace(result, findings=findings), language=language)
        is_simulation = judged.submitted.environment is Environment.SIMULATION
        return told._replace(waits=False) if is_simulation else told  # nobody is identified for what has no effect
    return Told(prepared[0], is_refused=True)
