"""What a declarant asks about student days; the registers answer through what the portal composes."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from channels.web.messages import RemainingQuestion
from channels.web.problems import Problem, ProblemKind
from channels.web.scopes import may_consult
from domain.identifiers import is_period_id
from domain.sender_numbers import SenderNumber
from domain.student_day_questions import DeclarationStatus, PeriodHistory, RemainingAmount, TooManyLookUpsError

if TYPE_CHECKING:
    from channels.web.tokens import Caller
    from channels.web.visits import Visit

JSON_TYPE = "application/json"
LONGEST_QUESTION = 1024
_PURPOSE = "DIMN"


class StudentDays(Protocol):
    """The register of student days as a sender may ask it; every answer is on record as a look of that sender."""

    def find_period(self, number: int, *, sender: SenderNumber, at: datetime) -> PeriodHistory | None:
        """Return a period of an employer that the sender declares for."""
        ...

    def find_declaration(self, ticket: str, *, sender: SenderNumber, at: datetime) -> DeclarationStatus | None:
        """Return a declaration of the sender, with labels in its language."""
        ...

    def find_remaining(self, code: str, *, sender: SenderNumber, at: datetime) -> RemainingAmount | None:
        """Return what an access code discloses; TooManyLookUpsError when the sender tried too many."""
        ...


async def show_period(visit: "Visit", number: str) -> dict[str, object]:
    """Return a period with its versions; Problem unless the sender declares for its employer."""
    caller = _require_consulting(visit)
    desk = visit.desk
    found = None
    if is_period_id(number):
        found = await desk.threads.run(
            lambda: desk.composition.student_days.find_period(
                int(number), sender=caller.login.sender, at=desk.composition.clock.now()
            )
        )
    if found is None:
        raise Problem(ProblemKind.NOT_FOUND, "no period that you may see has this number")
    return asdict(found) | {"state": found.versions[-1].state}


async def show_declaration(visit: "Visit", ticket: str) -> dict[str, object]:
    """Return what became of a declaration; Problem while it is not handled, or when it is another sender's."""
    caller = _require_consulting(visit)
    desk = visit.desk
    found = await desk.threads.run(
        lambda: desk.composition.student_days.find_declaration(
            ticket, sender=caller.login.sender, at=desk.composition.clock.now()
        )
    )
    if found is None:
        raise Problem(ProblemKind.NOT_FOUND, "no declaration of yours that was handled has this ticket")
    return asdict(found.declaration) | {
        "result": found.declaration.result,
        "anomalies": [asdict(anomaly) for anomaly in found.anomalies],
    }


async def tell_remaining(visit: "Visit") -> dict[str, object]:
    """Return what remains for the student whose access code the body holds; Problem for a code that opens nothing."""
    caller = _require_consulting(visit)
    desk = visit.desk
    kind = (visit.exchange.header("content-type") or "").partition(";")[0].strip().lower()
    if kind != JSON_TYPE:
        raise Problem(ProblemKind.MEDIA_TYPE, f"send {JSON_TYPE}")
    code = _read_code(await visit.exchange.read_whole())
    try:
        found = await desk.threads.run(
            lambda: desk.composition.student_days.find_remaining(
                code, sender=caller.login.sender, at=desk.composition.clock.now()
            )
        )
    except TooManyLookUpsError as refused:
        raise Problem(
            ProblemKind.TOO_MANY,
            "too many access codes were tried",
            headers={"Retry-After": str(refused.retry_after)},
        ) from refused
    if found is None:
        raise Problem(ProblemKind.ACCESS_CODE, "it is wrong, or its time is over")
    return asdict(found)


def _require_consulting(visit: "Visit") -> "Caller":
    caller = visit.require_caller()
    if not may_consult(caller.scopes, _PURPOSE):
        raise Problem(ProblemKind.SCOPE_MISSING, "scope:dimona:declaration:consult is needed")
    return caller


def _read_code(body: bytes) -> str:
    """Return the access code; what is wrong with the body is told without a word of it."""
    try:
        return RemainingQuestion.model_validate_json(body).access_code
    except ValueError as error:
        raise Problem(ProblemKind.INVALID, 'send {"access_code": "..."} and nothing else') from error
