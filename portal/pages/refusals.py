"""What a page may be refused for, each with its status and its own words; routing shows them in the layout of all pages.

PageRefusal
├── Denied             403  no right to it; the sentence says who can give one
├── StrongerKeyNeeded  302  a right to it, but proven too weakly or too long ago: led to the keys that would do
├── StaleForm          409  a form that is not of this stay, or not of today
├── DoneAlready        409  a form that was sent before, or overtaken by another; it says where to see what became of it
└── TooManyAttempts    429  wait a while; says nothing about whether anybody exists

What is missing, or is somebody else's, is Django's Http404.
"""

from collections.abc import Mapping
from enum import Enum, auto
from http import HTTPStatus
from types import MappingProxyType

from auth.refusals import TooManyAttemptsError
from domain.sign_in_limits import Scope


class PageRefusal(Exception):  # noqa: N818 - a refusal, as everywhere
    """A request that ends with a page of its own."""

    status = HTTPStatus.BAD_REQUEST
    template = "errors/400.html"

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Denied(PageRefusal):
    """The signed-in person has no right to this page; `sentence`, translated, says why."""

    status = HTTPStatus.FORBIDDEN
    template = "errors/403.html"


class StrongerKeyNeeded(PageRefusal):
    """The signed-in person may do it once he has proven himself anew, at `level` or above."""

    status = HTTPStatus.FOUND

    def __init__(self, level: int) -> None:
        super().__init__()
        self.level = level


class StaleForm(PageRefusal):
    """A form cannot be taken any more: its page shows how things stand now, which is the form's own where none is said."""

    status = HTTPStatus.CONFLICT
    template = "errors/409.html"

    def __init__(self, sentence: str = "", *, path: str = "") -> None:
        super().__init__(sentence)
        self.path = path


class DoneAlready(PageRefusal):
    """A form was sent before, or somebody was quicker: nothing is done. `path` shows how things stand now."""

    status = HTTPStatus.CONFLICT
    template = "errors/409_done.html"

    def __init__(self, path: str, sentence: str = "") -> None:
        super().__init__(sentence)
        self.path = path


class WayOn(Enum):
    """What is left to somebody whose attempts were too many: a card or itsme, another key than that, or a call."""

    CARD_OR_ITSME = auto()
    ANOTHER_KEY = auto()
    CALL = auto()


_WAYS_ON: Mapping[str, WayOn] = MappingProxyType(
    {
        Scope.LOGIN_USER: WayOn.CARD_OR_ITSME,
        Scope.LOGIN_SOURCE: WayOn.CARD_OR_ITSME,
        Scope.LOGIN_ALL: WayOn.CARD_OR_ITSME,
        Scope.CODE_USER: WayOn.CARD_OR_ITSME,
        Scope.CODE_SOURCE: WayOn.CARD_OR_ITSME,
        Scope.MAIL_USER: WayOn.CARD_OR_ITSME,
        Scope.KEY_SOURCE: WayOn.ANOTHER_KEY,
        Scope.CARD_SOURCE: WayOn.ANOTHER_KEY,
        Scope.PROVIDER_SOURCE: WayOn.ANOTHER_KEY,
    }
)
"""By what was counted; a call, where that is no way of signing in."""


_HOUR = 3600  # seconds


class TooManyAttempts(PageRefusal):
    """Too many attempts; how long to wait, and `way_on`, what is left meanwhile.

    It is `seconds`, or whole `minutes`; beyond two hours also whole `hours`, which are 0 otherwise.
    """

    status = HTTPStatus.TOO_MANY_REQUESTS
    template = "errors/429.html"

    def __init__(self, refused: TooManyAttemptsError) -> None:
        super().__init__()
        self.seconds = refused.retry_after
        self.minutes = -(-refused.retry_after // 60)
        self.hours = -(-refused.retry_after // _HOUR) if refused.retry_after > 2 * _HOUR else 0
        self.way_on = _WAYS_ON.get(refused.scope, WayOn.CALL).name
