"""Every page that the browser looks at: its path, who looks, and what it must hold. Each page group adds its lines."""

from dataclasses import dataclass
from enum import Enum, auto


class Who(Enum):
    """Who opens a page."""

    NOBODY = auto()
    SIGNED_IN = auto()


@dataclass(frozen=True)
class Page:
    """A page; `status` is what it is answered with."""

    path: str
    who: Who = Who.NOBODY
    status: int = 200

    @property
    def name(self) -> str:
        words = self.path.partition("?")[0].strip("/").replace("/", "-")
        return f"{words or 'start'}{'-signed-in' if self.who is Who.SIGNED_IN else ''}"


PAGES = (
    Page("/sign-in"),
    Page("/login/eidas"),
    Page("/login/not-known-yet"),
    Page("/signed-out"),
    Page("/session/ended?next=/home"),
    Page("/help"),
    Page("/nowhere", status=404),
    Page("/home", Who.SIGNED_IN),
    Page("/sessions", Who.SIGNED_IN),
    Page("/session/warning", Who.SIGNED_IN),
    Page("/step-up?level=400&next=/home", Who.SIGNED_IN),
    Page("/nowhere", Who.SIGNED_IN, status=404),
)
