"""What a signed-in person may do for his company: asked of the access decision, and told as a page where it is nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import structlog
from django.conf import settings
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auth.decisions import decide
from auth.limits import limits
from auth.models import Session
from domain.access.actors import Actor
from domain.access.decisions import Allow, Deny, DenyReason
from domain.access.requests import AccessRequest, Action, Stay, TakingOfAction, Wish
from domain.access.standings import Standing
from domain.assurance import Means
from portal.pages.refusals import Denied, StrongerKeyNeeded
from registers.access.models import Entity
from registers.access.standings import standing_of

log = structlog.get_logger()

_READ = "_standing_read"
"""Where a stay, which lives for one request, keeps what was read last of the person in its company."""

_SENTENCES: Mapping[DenyReason, Promise] = MappingProxyType(
    {
        DenyReason.ENTITY_SUSPENDED: gettext_lazy(
            "The account of your company is suspended. The responsible person of your company calls the contact centre: {phone}."
        ),
        DenyReason.ENTITY_CLOSED: gettext_lazy(
            "The account of your company is closed. The responsible person of your company calls the contact centre: {phone}."
        ),
        DenyReason.QUALITY_NOT_ACTIVE: gettext_lazy(
            "Your company acts in this quality no more. Choose another one at the top of the page."
        ),
        DenyReason.ACCOUNT_BLOCKED: gettext_lazy(
            "Your user account is blocked. Ask your access manager, who sees by whom."
        ),
    }
)
"""What is told where the reason is no missing right, which an access manager could give."""


def require_action(stay: Session, action: Action, *, at: datetime) -> Standing:
    """Return what is known of the person in the company of the stay, who may take the action there.

    Raises Denied with who can give the right, and Http404 where not even the company is the person's.
    """
    return require_one_of(stay, TakingOfAction(action), at=at)


def require_one_of(stay: Session, *wishes: Wish, at: datetime) -> Standing:
    """Return what is known of the person, of whose wishes one at least is allowed; otherwise as `require_action`."""
    standing, _allowed = require_some_of(stay, wishes, at=at)
    return standing


def require_some_of(
    stay: Session, wishes: Sequence[Wish], *, beside: Sequence[Wish] = (), at: datetime
) -> tuple[Standing, frozenset[Wish]]:
    """Return what is known of the person and which of the wishes are allowed; where none is, as `require_action`.

    Of what is wished `beside` them it is told what is allowed too; that need not be any. Raises StrongerKeyNeeded where a
    proof is all that is missing.
    """
    person_id, entity_id = person_of(stay), stay.entity_id
    if entity_id is None:
        raise Http404
    standing = _read_standing(stay, person_id, entity_id, at=at)
    asked_in = _asked_in(stay, at=at)
    decisions = {wish: decide(standing, AccessRequest(asked_in, wish), at) for wish in (*wishes, *beside)}
    denials = [decision for wish in wishes if isinstance(decision := decisions[wish], Deny)]
    if len(denials) < len(wishes):
        return standing, frozenset(wish for wish, decision in decisions.items() if isinstance(decision, Allow))
    reasons = [str(denial.reason) for denial in denials]
    log.info("authz:denied", person=person_id, entity=entity_id, quality=stay.quality, reasons=reasons)
    if any(denial.reason.hides_existence for denial in denials):
        raise Http404
    if levels := [denial.required_level for denial in denials if denial.required_level is not None]:
        raise StrongerKeyNeeded(min(levels))
    raise Denied(_sentence(denials))


def finds_some_of(stay: Session, wishes: Sequence[Wish], *, at: datetime) -> bool:
    """Whether one of the wishes is allowed in the company of the stay, or would be with a proof: then it is offered there.

    A page that asked for something itself has the answer; any other asks the database once, for all that is offered.
    """
    person_id = None if stay.login is None else stay.login.person_id
    if person_id is None or stay.entity_id is None:
        return False
    standing = standing_read(stay, at=at)
    decisions = (decide(standing, AccessRequest(_asked_in(stay, at=at), wish), at) for wish in wishes)
    return any(isinstance(each, Allow) or each.required_level is not None for each in decisions)


def standing_read(stay: Session, *, at: datetime) -> Standing:
    """Return what the page read of the person in the company of the stay, or read it: for what is offered, not what is done.

    Http404 for who has neither.
    """
    standing: Standing | None = getattr(stay, _READ, None)
    if standing is not None and (standing.entity_id, standing.quality) == (stay.entity_id, stay.quality):
        return standing
    return _read_standing(stay, person_of(stay), entity_of(stay).pk, at=at)


def _read_standing(stay: Session, person_id: int, entity_id: int, *, at: datetime) -> Standing:
    """Return what is known now; it is kept beside the stay for what the page shows around it, and decides nothing later."""
    standing = standing_of(person_id, entity_id, stay.quality, at)
    setattr(stay, _READ, standing)
    return standing


def _sentence(denials: Sequence[Deny]) -> str:
    told = next((_SENTENCES[denial.reason] for denial in denials if denial.reason in _SENTENCES), None)
    if told is None:
        return _("Your access manager can give you this right.")
    return str(told).format(phone=settings.GUICHET.contact_phone)


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
