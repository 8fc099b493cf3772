"""Operators' roles: noted once in a stay for the navigation, asked of the table by every page that needs one."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from auth.models import OperatorRole, Session
from auth.operators import roles_in, roles_of, usable
from portal.pages.refusals import Denied
from portal.pages.stays import login_of, store_of

_NOTED = "operator_roles"


def note_roles(request: HttpRequest, stay: Session) -> None:
    """Note which roles the person holds, for as long as the stay lasts: who loses one loses the stay."""
    held = sorted(roles_of(login_of(stay)))
    if held:
        store_of(request)[_NOTED] = held


def noted_roles(request: HttpRequest, stay: Session) -> frozenset[OperatorRole]:
    """Return the noted roles for which the stay is sure enough; they show the way and open nothing."""
    return usable(map(OperatorRole, store_of(request).get(_NOTED, ())), stay)


def require_role(stay: Session, *wanted: OperatorRole) -> frozenset[OperatorRole]:
    """Return the roles that may be used in this stay; Denied without one of those wanted."""
    roles = roles_in(stay)
    if not roles.intersection(wanted):
        raise Denied(_("This page is for officers of the counter."))
    return roles
