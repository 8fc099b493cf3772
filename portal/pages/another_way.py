"""Where a person chooses another key once one failed: what he wanted, and how sure he must be for it, go along."""

from django.http import QueryDict
from django.urls import reverse

from auth.models import Session
from domain.assurance import AssuranceLevel
from portal.pages.paths import CONFINED, NEXT, is_own_path, way_to_step_up, with_next

_LEVELS = frozenset(str(int(level)) for level in AssuranceLevel)


def way_to_another_key(stay: Session | None, asked: QueryDict) -> str:
    """Return the choice of ways: to strengthen the stay where the query of a sign-in asks for a level, else to sign in."""
    then, level = asked.get(NEXT, ""), asked.get("level", "")
    if stay is None or level not in _LEVELS:
        return with_next(reverse("sign-in"), then)
    return way_to_step_up(
        then if is_own_path(then) else reverse("home"), level=int(level), is_confined=CONFINED in asked
    )
