"""What a browser's session remembers between the pages of one sign-in; what is secret stays sealed in the table."""

from dataclasses import asdict, dataclass, fields
from typing import Self

from django.http import HttpRequest

from auth.models import Purpose
from domain.assurance import Means
from portal.pages.stays import stay_of

_KEY = "sign-in"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way: its handle, what is asked for, and where to go on afterwards."""

    handle: str
    means: Means
    place: int | None = None
    sent_to: str = ""
    asks_number: bool = False
    then: str = ""

    def keep(self, request: HttpRequest) -> None:
        """Remember it, in the place of the one before."""
        request.session[_KEY] = asdict(self) | {"means": str(self.means)}

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """Return what is remembered, or None."""
        kept = request.session.get(_KEY)
        if not isinstance(kept, dict) or set(kept) != {each.name for each in fields(cls)}:
            return None
        return cls(**kept | {"means": Means(kept["means"])})

    @staticmethod
    def forget(request: HttpRequest) -> None:
        """Remember nothing any more."""
        request.session.pop(_KEY, None)


def purpose_of(request: HttpRequest) -> Purpose:
    """Return whether somebody signs in or strengthens the stay there is."""
    return Purpose.STEP_UP if stay_of(request) is not None else Purpose.SIGN_IN
