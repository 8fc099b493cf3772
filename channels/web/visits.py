"""What an operation of the web service works with: the caller, the exchange, and what one process shares."""

import time
from dataclasses import dataclass, field, replace

from django.http import HttpRequest

from channels.mailboxes import Mailbox
from channels.web.answer_watch import AnswerWatch
from channels.web.composition import WebComposition
from channels.web.exchanges import Exchange
from channels.web.problems import Problem, ProblemKind, suspended
from channels.web.rate_limits import Buckets
from channels.web.remembered_callers import RememberedCallers
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
    remembered: RememberedCallers = field(default_factory=RememberedCallers)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one caller; without a caller only what is open to everybody answers.

    A caller who `is_remembered` showed the token a moment ago: whoever does something for it takes `confirmed` first.
    """

    desk: Desk
    exchange: Exchange
    caller: Caller | None
    is_remembered: bool = False

    def require_caller(self) -> Caller:
        """Return the caller; Problem when nobody showed a token."""
        if self.caller is None:
            raise Problem(ProblemKind.TOKEN_INVALID, "show an access token", headers={"WWW-Authenticate": "Bearer"})
        return self.caller

    def confirmed(self) -> "Visit":
        """Return the visit with its caller as the database has it now, in a thread; Problem when the token ended."""
        if not self.is_remembered:
            return self
        bearer = bearer_of(self.exchange) or ""
        caller = find_caller(bearer, at=self.desk.composition.clock.now())
        self.desk.remembered.note(bearer, caller, now=time.monotonic())
        return Visit(self.desk, self.exchange, require_open(caller, self.exchange))

    async def require_still_living(self) -> None:
        """Raise Problem unless the token lives on: whoever waited may have been revoked meanwhile."""
        if await find_bearer(self.desk, self.exchange) is None:
            raise Problem(ProblemKind.TOKEN_INVALID, "the token ended while you waited")

    def require_delivering(self) -> Caller:
        """Return the caller that may deliver now; Problem for a suspended sender (batch protocol §6)."""
        caller = self.require_caller()
        if caller.standing is not Standing.DELIVERS:
            raise suspended()
        return caller

    async def require_still_delivering(self) -> None:
        """Raise Problem unless the caller may deliver now, too: who sends slowly may have been revoked meanwhile."""
        caller = require_open(await find_bearer(self.desk, self.exchange), self.exchange)
        replace(self, caller=caller).require_delivering()

    def mailbox(self) -> Mailbox:
        """Return the caller's mailbox."""
        return self.desk.composition.open_mailbox(self.require_caller().login)


async def find_bearer(desk: Desk, exchange: Exchange) -> Caller | None:
    """Return who shows a living token with the request; None when nobody does."""
    bearer = bearer_of(exchange)
    if bearer is None:
        return None
    caller = await desk.threads.run(lambda: find_caller(bearer, at=desk.composition.clock.now()))
    desk.remembered.note(bearer, caller, now=time.monotonic())
    return caller


def recall_bearer(desk: Desk, exchange: Exchange) -> Caller | None:
    """Return who showed the token of the request a moment ago, without asking the database; None for nobody."""
    bearer = bearer_of(exchange)
    return None if bearer is None else desk.remembered.find(bearer, now=time.monotonic())


def bearer_of(exchange: Exchange) -> str | None:
    """Return the token that is shown; None for none."""
    kind, _, shown = (exchange.header("authorization") or "").partition(" ")
    return shown.strip() if kind.lower() == "bearer" and shown else None


def require_open(caller: Caller | None, exchange: Exchange) -> Caller:
    """Return the caller; Problem when there is none, or the web service was closed for its sender."""
    if caller is None:
        has_shown = " " in (exchange.header("authorization") or "").strip()
        challenge = 'Bearer error="invalid_token"' if has_shown else "Bearer"
        raise Problem(ProblemKind.TOKEN_INVALID, "show a living access token", headers={"WWW-Authenticate": challenge})
    if caller.standing is Standing.CLOSED:
        raise Problem(
            ProblemKind.CHANNEL_CLOSED,
            "the web service was closed for this sender",
            code=RefusalCode.CHANNEL_NOT_CONFIGURED,
        )
    return caller


def visit_of(request: HttpRequest) -> Visit:
    """Return the visit that the front attached; Problem where the front was passed by, so that nothing is open."""
    visit = getattr(request, "visit", None)
    if not isinstance(visit, Visit):
        raise Problem(ProblemKind.TOKEN_INVALID, "show an access token", headers={"WWW-Authenticate": "Bearer"})
    return visit
