"""Tell a person of a sign-in from where he never signed in before (ASVS 6.3.5)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Q

from auth.models import TRACED, Login, Session
from auth.notices import Notice, tell
from auth.persons import PersonBook
from auth.session_life import actor_of
from evidence.audit import append_event


def tell_of_new_device(stay: Session, *, persons: PersonBook, at: datetime) -> bool:
    """Record and mail that both browser and address of a stay are new to its login; False where they are not.

    A first sign-in is none, and neither is another address of a known browser, as phones have them every day.
    """
    if stay.login_id is None or stay.signed_in_at is None or not stay.proven_means:
        return False
    earlier = Session.objects.filter(login_id=stay.login_id, signed_in_at__lt=stay.signed_in_at)
    known = earlier.filter(TRACED).filter(Q(agent=stay.agent) | Q(address=stay.address))
    came_before, is_known = Session.objects.values_list(Exists(earlier), Exists(known)).get(pk=stay.pk)
    if is_known or not came_before:
        return False
    with transaction.atomic():
        append_event("account:login:new_device", at=at, actor=actor_of(stay), session=stay.pk)
        login = Login.objects.get(pk=stay.login_id)
        occasion = f"new-device:{stay.pk}"
        tell(Notice.NEW_DEVICE, login, means=stay.proven_means[-1], occasion=occasion, persons=persons, at=at)
    return True
