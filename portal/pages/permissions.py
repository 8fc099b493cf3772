"""What a signed-in person may do for his company: asked of the access decision, and told as a page where it is nothing."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.http import Http404
from django.utils.translation import gettext as _

from auth.decisions import decide
from auth.limits import limits
from auth.models import Session
from domain.access.actors import Actor
from domain.access.decisions import Allow, Deny
from domain.access.requests import AccessRequest, Action, Stay, TakingOfAction, Wish
from domain.access.standings import Standing
from domain.assurance import Means
from portal.pages.refusals import Denied
from registers.access.models import Entity
from registers.access.standings import standing_of

log = structlog.get_logger()


def require_action(stay: Session, action: Action, *, at: datetime) -> Standing:
    """Return what is known of the person in the company of the stay, who may take the action there.

    Raises Denied with who can give the right, and Http404 where not even the company is the person's.
    """
    return require_one_of(stay, TakingOfAction(action), at=at)


def require_one_of(stay: Session, *wishes: Wish, at: datetime) -> Standing:
    """Return what is known of the person, of whose wishes one at least is allowed; otherwise as `require_action`."""
    standing, _allowed = require_some_of(stay, wishes, at=at)
    return standing


def require_some_of(stay: Session, wishes: Sequence[Wish], *, at: datetime) -> tuple[Standing, frozenset[Wish]]:
    """Return what is known of the person and which of the wishes are allowed; where none is, as `require_action`."""
    person_id, entity_id = person_of(stay), stay.entity_id
    if entity_id is None:
        raise Http404
    standing = standing_of(person_id, entity_id, stay.quality, at)
    asked_in = _asked_in(stay, at=at)
    decisions = {wish: decide(standing, AccessRequest(asked_in, wish), at) for wish in wishes}
    denials = [decision for decision in decisions.values() if isinstance(decision, Deny)]
    if len(denials) < len(decisions):
        return standing, frozenset(wish for wish, decision in decisions.items() if isinstance(decision, Allow))
    reasons = [str(denial.reason) for denial in denials]
    log.info("authz:denied", person=person_id, entity=entity_id, quality=stay.quality, reasons=reasons)
    if any(denial.reason.hides_existence for denial in denials):
        raise Http404
    raise Denied(_("Your access manager can give you this right."))


def person_of(stay: Session) -> int:
    """Return the id of the signed-in person; Http404 for a login that stands for none."""
    person_id = None if stay.login is None else stay.login.person_id
    if person_id is None:
        raise Http404
    return int(person_id)


def entity_of(stay: Session) -> Entity:
    """Return the company of the stay; Http404 where it is for none."""
    if stay.entity is None:
        raise Http404
    return stay.entity


def actor_of(stay: Session) -> Actor:
    """Return the signed-in person as who changes something."""
    return Actor.person(person_of(stay), level=stay.level)


def _asked_in(stay: Session, *, at: datetime) -> Stay:
    return Stay(
        level=stay.level,
        authenticated_at=stay.authenticated_at or at,
        ends_at=stay.expires_at,
        is_by_activation_codes=stay.proven_means == (Means.PASSWORD,),
        fresh_for=limits().sessions.fresh,
    )
