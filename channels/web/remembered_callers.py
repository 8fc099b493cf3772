"""Who showed which token a moment ago, in the memory of one process: a guess by which a request is let in, no more.

What a request does is decided by what the database says then: whoever lets a remembered caller in looks the token up
again in the transaction's own thread, so that nothing is done for a token that ended meanwhile.
"""

import hashlib
from collections import OrderedDict

from channels.web.tokens import Caller, Standing

_REMEMBERED = 10_000
_SECONDS = 60.0


class RememberedCallers:
    """Callers by the SHA-256 of their token, for a minute each; those noted first are forgotten first."""

    def __init__(self) -> None:
        self._callers: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()

    def find(self, bearer: str, *, now: float) -> Caller | None:
        """Return who showed the token less than a minute before the monotonic second `now`."""
        caller, since = self._callers.get(_key(bearer), (None, 0.0))
        return caller if now - since < _SECONDS else None

    def note(self, bearer: str, caller: Caller | None, *, now: float) -> None:
        """Remember who shows the token and may deliver; anybody else, and None, is forgotten and looked up each time."""
        key = _key(bearer)
        self._callers.pop(key, None)
        if caller is not None and caller.standing is Standing.DELIVERS:
            self._callers[key] = caller, now
        while len(self._callers) > _REMEMBERED:
            self._callers.popitem(last=False)


def _key(bearer: str) -> bytes:
    return hashlib.sha256(bearer.encode("utf-8", "surrogatepass")).digest()
