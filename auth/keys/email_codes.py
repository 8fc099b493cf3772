"""Codes by e-mail: six digits for some minutes, bound to one way of signing in, to an address that was verified (§4.3)."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from string import Template

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from auth.desk import KeyDesk
from auth.keys.life import activate, discard_pending, find_active, hold_login
from auth.keys.rights import SetUpRight
from auth.letters import CODE_LETTER, Letter
from auth.limits import limits
from auth.locksmith import Sealed
from auth.models import DigitalKey, Login, Purpose
from auth.refusals import KeyRefusedError
from auth.throttles import Claim, reserve
from auth.transactions import Begun, begin, count_try, look, use_up
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.assurance import Means
from domain.languages import Language
from domain.sign_in_limits import Scope

_DIGITS = 6
_SEAL_PURPOSE = "mail-address"
_CODE_PURPOSE = "mailed-code"
_LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class MailedCode:
    """A code that was posted: its keyed hash, and where it went, masked."""

    digest: str = field(repr=False)
    masked: str


def begin_address(
    right: SetUpRight, address: str, *, browser: bytes, desk: KeyDesk, at: datetime, language: Language | None = None
) -> Begun:
    """Post a code to the address, which becomes a key once it is given back; KeyRefusedError for what is no address."""
    wanted = require_address(address)
    login = Login.objects.get(pk=right.login_id)
    mailed = post_code(login, wanted, desk=desk, at=at, language=language, counted_as=Scope.ADDRESS_USER)
    return begin(
        Means.EMAIL_CODE,
        purpose=Purpose.ENROL,
        browser=browser,
        login_id=login.pk,
        content={"address": wanted, "digest": mailed.digest},
        locksmith=desk.locksmith,
        at=at,
    )


def confirm_address(handle: str, code: str, right: SetUpRight, *, browser: bytes, desk: KeyDesk, at: datetime) -> str:
    """Let the address be a key, once the code that went there is given back, and return it.

    KeyRefusedError for a wrong code, SignInRefusedError after five of them or ten minutes, or as the settings say.
    """
    taken = look(handle, browser=browser, locksmith=desk.locksmith, at=at)
    if taken.login_id != right.login_id or taken.purpose is not Purpose.ENROL:
        raise KeyRefusedError("This registration is over.", next_step="Begin again.")
    count_try(taken, most=limits().keys.code_tries)
    if not is_mailed_code(code, taken.content["digest"], desk=desk):
        raise KeyRefusedError("The code is not correct.", next_step="Give the code of the newest e-mail.")
    with transaction.atomic():
        hold_login(right.login_id)
        use_up(taken, at=at)
        _make_key(taken.content["address"], right, desk=desk, at=at)
    return str(taken.content["address"])


def let_address_be_key(address: str, right: SetUpRight, *, desk: KeyDesk, at: datetime) -> None:
    """Let an address be a key whose owner proved to read there by what was sent; one that is it already stays.

    The caller holds the login.
    """
    known = find_active(right.login_id, Means.EMAIL_CODE)
    if known is None or address_of(known, desk=desk) != address:
        _make_key(address, right, desk=desk, at=at)


def _make_key(address: str, right: SetUpRight, *, desk: KeyDesk, at: datetime) -> None:
    sealed = desk.locksmith.seal(json.dumps(address).encode(), purpose=_SEAL_PURPOSE)
    discard_pending(right.login_id, Means.EMAIL_CODE, at=at)
    key = DigitalKey.objects.create(
        login_id=right.login_id,
        means=Means.EMAIL_CODE,
        label=mask(address),
        enrolled_level=right.level,
        confined_to_id=right.confined_to,
        key_id=sealed.key_id,
        sealed=sealed.content,
        created_at=at,
    )
    activate(key, right, persons=desk.persons, at=at)


def address_of(key: DigitalKey, *, desk: KeyDesk) -> str:
    """Return the address to which the codes of a key go."""
    text = desk.locksmith.open(Sealed(key.key_id, bytes(key.sealed or b"")), purpose=_SEAL_PURPOSE)
    address: str = json.loads(text)
    return address


def require_address(text: str) -> str:
    """Return the e-mail address; KeyRefusedError for what is none."""
    wanted = text.strip()
    try:
        validate_email(wanted)
    except ValidationError:
        raise KeyRefusedError("This is not an e-mail address.", next_step="Check what you typed.") from None
    if len(wanted) > _LONGEST_ADDRESS:
        raise KeyRefusedError("This e-mail address is too long.", next_step="Give another one.")
    return wanted


def post_code(
    login: Login,
    address: str,
    *,
    desk: KeyDesk,
    at: datetime,
    choose: Callable[[int], int] = secrets.randbelow,
    letter: Mapping[Language, Letter] = CODE_LETTER,
    counted_as: Scope = Scope.MAIL_USER,
    language: Language | None = None,
) -> MailedCode:
    """Post a fresh code, in the language of the page that asks for it, or else the person's. Call it outside a transaction.

    TooManyAttemptsError at a limit: three in 15 minutes to sign in, three in 6 hours to prove an address (§4.3, §9).
    """
    posted = reserve([Claim(counted_as, str(login.pk))], locksmith=desk.locksmith, at=at)
    code = f"{choose(10**_DIGITS):0{_DIGITS}d}"
    subject, body = letter[language or _language_of(login, desk)]
    post(
        carrier=Carrier.MAIL,
        recipient=address,
        subject=subject,
        body=Template(body).substitute(code=code, minutes=limits().keys.attempt // timedelta(minutes=1)),
        occasion=f"mailed-code:{posted.ids[0]}:{login.pk}",
        at=at,
        holds_secret=True,
    )
    return MailedCode(digest=_digest(code, desk=desk), masked=mask(address))


def _language_of(login: Login, desk: KeyDesk) -> Language:
    return Language.EN if login.person_id is None else desk.persons.language(login.person_id)


def is_mailed_code(code: str, digest: str, *, desk: KeyDesk) -> bool:
    """Whether `code` is the one whose keyed hash is `digest`, compared in constant time."""
    return secrets.compare_digest(_digest(code.replace(" ", ""), desk=desk), digest)


def mask(address: str) -> str:
    """Return the address as its owner recognises it and nobody else learns it: `e***@example.org`."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}***@{host}"[:64]


def _digest(code: str, *, desk: KeyDesk) -> str:
    return desk.locksmith.digest(code, purpose=_CODE_PURPOSE).hex()
