"""Browsers in the middle of something: pages that come after a right password, a mailed code or an opened link are looked at there.

What would be over within minutes is good for an hour, since a page is looked at when its turn comes.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pyotp
from django.db import connection

from auth.desk import KeyDesk
from auth.keys.password_setting import set_password
from auth.keys.rights import SetUpRight
from auth.keys.token_cards import order_card
from auth.keys.totp import begin_app, confirm_app
from auth.models import (
    DigitalKey,
    DigitalKeyState,
    KeyEnrolment,
    Login,
    LoginState,
    Purpose,
    TemporaryCredential,
    TemporaryCredentialKind,
    TemporaryCredentialState,
)
from auth.sessions import SessionStore
from auth.signing_in import browser_of
from auth.transactions import begin
from domain.assurance import AssuranceLevel, Means
from portal.pages.sign_in.attempts import Attempt
from tests.portal.browser.pages import Who
from tests.portal.somebody import a_person, a_stay

PASSWORD = "blue-lamp-42-river"
_LONG = timedelta(hours=1)
_MAILED = ["no-handle", "e***@example.org"]

CODES_MAILED: Mapping[str, object] = {
    "key-address": _MAILED,
    "ebox-address": _MAILED,
    "company-ebox-address": _MAILED,
    "notice-address": _MAILED,
}
"""What a browser remembers when codes went to a key's address, to that of the own e-Box, of a company's and of letters."""


def settle_stages(desk: KeyDesk) -> dict[Who, str]:
    """Return the cookie of each browser that has begun something, by what it is asked next."""
    return {
        Who.ASKED_FOR_APP_CODE: _signing_in(Attempt("no-handle", Means.TOTP)),
        Who.ASKED_FOR_MAILED_CODE: _signing_in(Attempt("no-handle", Means.EMAIL_CODE, sent_to="e***@example.org")),
        Who.ASKED_FOR_CARD_CODE: _signing_in(Attempt("no-handle", Means.TOKEN_CARD, place=7)),
        Who.ASKED_FOR_RECOVERY_CODE: _signing_in(Attempt("no-handle", Means.RECOVERY_CODE)),
        Who.ASKED_FOR_NEW_PASSWORD: _signing_in(Attempt("no-handle", Means.PASSWORD, asks_number=True)),
        Who.OFFERED_AN_APP: _after_activation(),
        Who.OPENED_A_LINK: _after_opening(desk, "lea.link"),
        Who.CHOSE_A_PASSWORD_BY_LINK: _after_opening(desk, "leo.link", has_password=True),
    }


def settle_keys(desk: KeyDesk, *, user_name: str = "kim.keys") -> Login:
    """Return somebody with every key: password 100001, app 100002, recovery codes 100003, card 100004, passkey 100005, a suspended address 100006."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('access_control_digitalkey', 'id'), 100000)")
    now = datetime.now(UTC)
    _person, login = a_person(user_name)
    right = SetUpRight(login.pk, AssuranceLevel.EID, f"login:{login.pk}")
    set_password(right, user_name=None, password=PASSWORD, repeated=PASSWORD, desk=desk, at=now)
    begun = begin_app(right, account=user_name, issuer="Guichet", desk=desk, at=now)
    confirm_app(begun.key_id, pyotp.TOTP(begun.secret).at(now), right, label="Phone", desk=desk, at=now)
    order_card(right, desk=desk, at=now)
    for means, label, state in (
        (Means.PASSKEY, "Laptop", DigitalKeyState.ACTIVE),
        (Means.EMAIL_CODE, "k***@example.org", DigitalKeyState.SUSPENDED),
    ):
        DigitalKey.objects.create(
            login=login,
            means=means,
            label=label,
            state=state,
            enrolled_level=AssuranceLevel.EID,
            created_at=now,
            activated_at=now,
        )
    return login


def _signing_in(attempt: Attempt) -> str:
    return _browser({"sign-in": asdict(attempt) | {"means": str(attempt.means)}})


def _browser(remembered: Mapping[str, object]) -> str:
    store = SessionStore()
    store.create()
    store.update(remembered)
    store.save()
    return str(store.session_key)


def _after_activation() -> str:
    """Return the stay of somebody who has just used up the codes that an operator sent."""
    now = datetime.now(UTC)
    _person, login = a_person("fay.first")
    TemporaryCredential.objects.create(
        login=login,
        kind=TemporaryCredentialKind.ACTIVATION,
        state=TemporaryCredentialState.CONSUMED,
        encoded="-",
        issued_by="test",
        issued_at=now,
        expires_at=now + _LONG,
        used_at=now,
        ended_at=now + _LONG,
    )
    stay = a_stay(
        login, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD, remembered={"arrived": True, "first-app": True}
    )
    return str(stay.session_key)


def _after_opening(desk: KeyDesk, user_name: str, *, has_password: bool = False) -> str:
    """Return the browser in which the link of a registration office was opened with its code, and perhaps used."""
    now, store = datetime.now(UTC), SessionStore()
    _person, login = a_person(user_name)
    Login.objects.filter(pk=login.pk).update(state=LoginState.INVITED)
    over = now if has_password else None
    link = KeyEnrolment.objects.create(
        login=login,
        link_hash=user_name.encode(),
        issued_by="test",
        issued_at=now,
        expires_at=now + _LONG,
        used_at=over,
        ended_at=over,
    )
    begun = begin(
        Means.PASSWORD,
        purpose=Purpose.ENROL,
        browser=browser_of(store),
        login_id=login.pk,
        content={"enrolment": str(link.pk), "is_office": "yes"},
        lifetime=_LONG,
        locksmith=desk.locksmith,
        at=now,
    )
    store["first-keys"] = begun.handle
    store.save()
    return str(store.session_key)
