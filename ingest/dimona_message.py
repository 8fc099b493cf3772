"""Bind the message DIMN: judged by the Dimona rules, filed in the register of student days."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from domain.answers import FormResult
from domain.environments import Environment
from domain.student_declarations import JudgedForm
from domain.tickets import Ticket
from ingest.messages import FiledSubmission
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.context import FilingContext
from registers.student_days.filing import file_forms
from validators.dimona import DimonaRuleSettings, judge_forms
from validators.reading import ReadingLimits
from validators.schemas import SchemaVersion

_REGISTER_OF = {
    Environment.PRODUCTION: Environment.PRODUCTION,
    Environment.TEST: Environment.TEST,
    Environment.SIMULATION: Environment.TEST,
}
"""A simulation is judged against the test register, and leaves no trace there."""


class DimonaMessage:
    """Dimona declarations of students (student declarations §1 to §3)."""

    def __init__(
        self,
        *,
        person_keys: PersonKeys,
        rules: DimonaRuleSettings,
        late_also_369: bool,
        users_apart: bool,
        late_tolerated: bool,
        limits: ReadingLimits,
    ) -> None:
        self._person_keys = person_keys
        self._rules = rules
        self._late_also_369 = late_also_369
        self._users_apart = users_apart
        self._late_tolerated = late_tolerated
        self._limits = limits

    def judge_forms(
        self,
        payload: BinaryIO,
        *,
        schema: SchemaVersion,
        received_at: datetime,
    ) -> Iterator[JudgedForm]:
        """Yield every form with what the rules that need no register find."""
        return judge_forms(payload, schema=schema, received_at=received_at, settings=self._rules, limits=self._limits)

    def file_forms(
        self,
        forms: Sequence[JudgedForm],
        *,
        submission: FiledSubmission,
        declaring_company: str,
        filed_at: datetime,
        tickets: Sequence[Ticket] | None = None,
    ) -> Sequence[FormResult]:
        """File the forms in the running transaction and return what became of each; `tickets` are new unless given."""
        environment = _REGISTER_OF[Environment(submission.environment)]
        context = FilingContext(
            submission_id=submission.pk,
            environment=environment,
            declaring_company=declaring_company,
            received_at=submission.received_at,
            filed_at=filed_at,
            late_also_369=self._late_also_369,
            users_apart=self._users_apart,
            late_tolerated=self._late_tolerated,
        )
        given = iter(() if tickets is None else tickets)
        return file_forms(
            forms,
            context=context,
            persons=self.persons(environment),
            new_ticket=lambda: next(given, None) or Ticket.from_random(secrets.token_bytes(16)),
        )

    def persons(self, environment: Environment) -> PersonDirectory:
        """Return the persons of an environment."""
        return PersonDirectory(self._person_keys, environment=environment)
