"""Events of keys tell in which stay, how surely proven and from where it was done; before a stay, from where."""

from collections.abc import Mapping

import pyotp
import pytest

from auth.desk import KeyDesk
from auth.keys.enrolments import complete_enrolment, issue_operator_link, open_enrolment, right_to_further_keys
from auth.keys.life import resume, revoke, suspend
from auth.keys.password_setting import set_password
from auth.keys.rights import right_to_change, right_to_set_up
from auth.keys.totp import begin_app, confirm_app
from auth.models import DigitalKey, LoginState
from auth.proofs import ProvenIdentity, Source
from auth.sessions import SessionStore
from auth.signing_in import accept_identity, sign_in
from domain.assurance import AssuranceLevel, Means
from evidence.models import AuditEvent
from tests.auth.builders import (
    BROWSER,
    GOOD,
    HERE,
    NOON,
    PersonsInMemory,
    StandingClock,
    a_login,
    a_login_with_password,
    a_person,
    a_proof,
)
from tests.auth.test_temporary_passwords import an_invited, begin, complete, issue

pytestmark = pytest.mark.django_db
ELSEWHERE = Source("203.0.113.66")
"""Where somebody works with the cookie of a stay that was begun from here."""


def told_of(action: str) -> list[Mapping[str, object]]:
    found = AuditEvent.objects.filter(action=action).order_by("pk").values_list("detail", flat=True)
    return [{name: detail.get(name) for name in ("session", "level", "source")} for detail in found]


def test_what_is_done_in_a_stay_names_it_and_from_where_it_was_done(desk: KeyDesk, clock: StandingClock):
    login = a_login_with_password(desk)
    stay = sign_in(SessionStore(), [a_proof(login)], source=HERE, at=NOON)
    app, renewal = (right_to_set_up(stay, means, source=ELSEWHERE, at=NOON) for means in (Means.TOTP, Means.PASSWORD))
    change = right_to_change(stay, source=ELSEWHERE, at=NOON)
    begun = begin_app(app, account="els", issuer="Guichet", desk=desk, at=NOON)
    confirm_app(begun.key_id, pyotp.TOTP(begun.secret).at(NOON), app, label="", desk=desk, at=NOON)
    suspend(begun.key_id, change, persons=desk.persons, at=NOON)
    resume(begun.key_id, change, persons=desk.persons, at=NOON)
    revoke(begun.key_id, change, persons=desk.persons, at=NOON)
    set_password(renewal, user_name="els.p", password="another-horse-7", repeated="another-horse-7", desk=desk, at=NOON)

    of_the_act = {"session": stay.pk, "level": 500, "source": ELSEWHERE.address}
    for action in (
        *("account:key:suspended", "account:key:resumed", "account:key:removed", "account:recovery_codes:generated"),
        *("account:password:change", "account:name:change", "account:key:added"),
    ):
        assert told_of(action)[-1] == of_the_act, action


def test_a_first_sign_in_tells_from_where(desk: KeyDesk):
    complete(desk, begin(desk, issue(desk, an_invited(desk))))

    from_here = {"session": None, "level": None, "source": HERE.address}
    assert told_of("account:activation:begun") == [from_here]
    assert told_of("account:activated") == [from_here]
    assert told_of("account:key:added") == [from_here | {"level": 200}]


def test_first_keys_by_a_link_tell_from_where(desk: KeyDesk):
    login = a_login("root-operator", state=LoginState.INVITED)
    link = issue_operator_link(login.pk, actor="operator", desk=desk, at=NOON).link
    handle = open_enrolment(link, "", browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON).handle
    at_hand = {"browser": BROWSER, "source": HERE, "desk": desk, "at": NOON}
    complete_enrolment(handle, user_name="root-operator", password=GOOD, repeated=GOOD, **at_hand)
    right = right_to_further_keys(handle, **at_hand)
    begun = begin_app(right, account="root-operator", issuer="Guichet", desk=desk, at=NOON)
    confirm_app(begun.key_id, pyotp.TOTP(begun.secret).at(NOON), right, label="", desk=desk, at=NOON)

    assert {told["source"] for told in told_of("account:key:added")} == {HERE.address}
    assert DigitalKey.objects.filter(login=login, state="ACTIVE").count() == len(told_of("account:key:added")) == 3


def test_a_card_that_is_used_for_the_first_time_tells_from_where(desk: KeyDesk):
    card = ProvenIdentity(means=Means.EID, level=AssuranceLevel.EID, at=NOON, national_number="85073003328")
    accept_identity(card, person_id=a_person().pk, persons=PersonsInMemory(), source=HERE, at=NOON)

    assert told_of("account:key:added") == [{"session": None, "level": 500, "source": HERE.address}]
