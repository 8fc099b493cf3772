"""What the frame around every page shows: languages, who is signed in, for whom, and when the stay ends."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from auth.models import Session
from auth.session_life import status_of, warned_before
from evidence.clock import SystemClock
from portal.languages import LanguageLink, language_links
from portal.pages.names import quality_name
from portal.pages.navigation import sections_of
from portal.pages.parts import Section
from portal.pages.paths import path_to_come_back_to, with_next
from portal.pages.roles import noted_roles
from portal.pages.sent_from import path_of_page
from portal.pages.stays import stay_of


@dataclass(frozen=True)
class Frame:
    """Read by templates/base.html; asks for nothing until a template does."""

    request: HttpRequest

    @cached_property
    def stay(self) -> Session | None:
        """The stay of who is signed in, or None."""
        return stay_of(self.request)

    @cached_property
    def languages(self) -> tuple[LanguageLink, ...]:
        """The same page in each language."""
        return language_links(self.request, path_of_page(self.request))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The navigation of who is signed in; nothing for others."""
        if self.stay is None:
            return ()
        return sections_of(self.stay, self.request.path, roles=noted_roles(self.request, self.stay))

    @property
    def quality_name(self) -> str:
        """The quality in which the person acts, by its name."""
        return quality_name(self.stay.quality) if self.stay is not None else ""

    @property
    def is_signing_in(self) -> bool:
        """Whether the page is one of signing in, which needs no link to itself."""
        return self.request.path.startswith(SIGNING_IN)

    @property
    def is_of_own_check_ins(self) -> bool:
        """Whether the page is one of a worker's own check-ins, from which a phone sends what it kept."""
        return self.request.path.startswith(CHECKING_IN)

    @property
    def sign_in_path(self) -> str:
        """Where to sign in, to come back here."""
        here = path_to_come_back_to(self.request)
        return with_next(reverse("sign-in"), here) if self.request.path not in NEVER_COME_BACK else reverse("sign-in")

    @property
    def seconds_to_warning(self) -> int:
        """How long the page may stand still before the end of the stay is told."""
        if self.stay is None:
            return 0
        left = status_of(self.stay, at=SystemClock().now()).seconds_left
        return max(1, left - int(warned_before().total_seconds()))

    @property
    def minutes_of_warning(self) -> int:
        """How many minutes before its end a stay is offered to go on."""
        return warned_before() // timedelta(minutes=1)

    @property
    def warning_path(self) -> str:
        """Where a browser without scripts goes when the stay is about to end."""
        return with_next(reverse("session-warning"), path_to_come_back_to(self.request))


class FrameWithoutStay(Frame):
    """The frame of a page that must be shown even while the database does not answer: it asks for nobody."""

    @property
    def stay(self) -> None:
        """Nobody is looked up."""
        return


SIGNING_IN = ("/sign-in", "/login", "/activate", "/first-keys")
CHECKING_IN = "/check-in"
NEVER_COME_BACK = frozenset(
    {"/", "/sign-in", "/session/ended", "/session/warning", "/sign-out", "/login/not-known-yet"}
)


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Give templates the `frame`: a context processor."""
    return {"frame": Frame(request)}
