"""What an operation of the web service works with: the caller, the exchange, and what one process shares."""

from dataclasses import dataclass, field

from django.http import HttpRequest

from channels.mailboxes import Mailbox
from channels.web.answer_watch import AnswerWatch
from channels.web.composition import WebComposition
from channels.web.exchanges import Exchange
from channels.web.problems import Problem, ProblemKind
from channels.web.rate_limits import Buckets
from channels.web.threads import Threads
from channels.web.tokens import Caller, Standing, find_caller
from domain.refusals import RefusalCode


@dataclass(frozen=True, slots=True)
class Desk:
    """What every request of one process shares."""

    composition: WebComposition
    threads: Threads
    failures: Buckets
    watch: AnswerWatch = field(default_factory=AnswerWatch)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one caller; without a caller only what is open to everybody answers."""

    desk: Desk
    exchange: Exchange
    caller: Caller | None

    def require_caller(self) -> Caller:
        """Return the caller; Problem when nobody showed a token."""
        if self.caller is None:
            raise Problem(ProblemKind.TOKEN_INVALID, "show an access token", headers={"WWW-Authenticate": "Bearer"})
        return self.caller

    async def require_still_living(self) -> None:
        """Raise Problem unless the token lives on: whoever waited may have been revoked meanwhile."""
        if await find_bearer(self.desk, self.exchange) is None:
            raise Problem(ProblemKind.TOKEN_INVALID, "the token ended while you waited")

    def require_delivering(self) -> Caller:
        """Return the caller that may deliver now; Problem for a suspended sender (batch protocol §6)."""
        caller = self.require_caller()
        if caller.standing is not Standing.DELIVERS:
            raise Problem(
                ProblemKind.SENDER_SUSPENDED,
                "answers can be collected, nothing can be delivered",
                code=RefusalCode.SENDER_NOT_AUTHORISED,
            )
        return caller

    def mailbox(self) -> Mailbox:
        """Return the caller's mailbox."""
        return self.desk.composition.open_mailbox(self.require_caller().login)


async def find_bearer(desk: Desk, exchange: Exchange) -> Caller | None:
    """Return who shows a living token with the request; None when nobody does."""
    kind, _, shown = (exchange.header("authorization") or "").partition(" ")
    if kind.lower() != "bearer" or not shown:
        return None
    return await desk.threads.run(lambda: find_caller(shown.strip(), at=desk.composition.clock.now()))


def visit_of(request: HttpRequest) -> Visit:
    """Return the visit that the front attached; Problem where the front was passed by, so that nothing is open."""
    visit = getattr(request, "visit", None)
    if not isinstance(visit, Visit):
        raise Problem(ProblemKind.TOKEN_INVALID, "show an access token", headers={"WWW-Authenticate": "Bearer"})
    return visit
