"""Keep logins under way at a provider in the table of login transactions, sealed."""

import hashlib
from dataclasses import asdict
from datetime import datetime

from auth.locksmith import Locksmith
from auth.models import LoginTransaction, Purpose
from auth.openid.attempts import OpenIdAttempt
from auth.openid.faults import OpenIdFault, OpenIdRefused
from auth.refusals import SignInRefusedError
from auth.transactions import begin, take
from domain.assurance import Means


class StoredAttempts:
    """The attempts of one means; other processes find them, and other browsers do not."""

    def __init__(self, means: Means, locksmith: Locksmith) -> None:
        self._means = means
        self._locksmith = locksmith

    def keep(self, attempt: OpenIdAttempt, *, state: str, browser: bytes, at: datetime) -> None:
        """Keep the attempt under `state` for that browser."""
        content = {name: value for name, value in asdict(attempt).items() if name not in {"purpose", "login_id"}}
        begin(
            self._means,
            purpose=Purpose(attempt.purpose),
            browser=browser,
            content=content,
            locksmith=self._locksmith,
            at=at,
            login_id=attempt.login_id,
            handle=state,
        )

    def take(self, state: str, *, browser: bytes, at: datetime) -> OpenIdAttempt:
        """Return the attempt and use it up; OpenIdRefused says why there is none to take."""
        try:
            taken = take(state, browser=browser, locksmith=self._locksmith, at=at)
        except SignInRefusedError as refusal:
            raise _why_not(state, browser=browser) from refusal
        return OpenIdAttempt(purpose=str(taken.purpose), login_id=taken.login_id, **taken.content)


def _why_not(state: str, *, browser: bytes) -> OpenIdRefused:
    row = LoginTransaction.objects.filter(handle_hash=hashlib.sha256(state.encode()).digest()).first()
    if row is None:
        return OpenIdRefused(OpenIdFault.STATE_UNKNOWN, "no such login began here")
    if bytes(row.browser_hash) != browser:
        return OpenIdRefused(OpenIdFault.STATE_OF_OTHER_BROWSER, "this login began in another browser")
    if row.used_at is not None:
        return OpenIdRefused(OpenIdFault.STATE_USED, "this login came back before")
    return OpenIdRefused(OpenIdFault.STATE_EXPIRED, "this login took too long")
