"""Prove that somebody signed in reads at an address that is no key: six digits for some minutes, given back in the same browser."""

from dataclasses import dataclass
from datetime import datetime

from auth.desk import KeyDesk
from auth.keys.email_codes import is_mailed_code, post_code, require_address
from auth.letters import ADDRESS_LETTER
from auth.limits import limits
from auth.models import Login, Purpose
from auth.refusals import KeyRefusedError
from auth.transactions import Taken, begin, count_try, look, use_up
from domain.assurance import Means
from domain.languages import Language
from domain.sign_in_limits import Scope

_KIND = "address"


@dataclass(frozen=True, slots=True)
class AddressAsked:
    """An address that waits for its code."""

    handle: str
    masked: str


def ask_address(
    login_id: int, text: str, *, browser: bytes, language: Language, desk: KeyDesk, at: datetime
) -> AddressAsked:
    """Post a code to the address, in the language of the page that asks for it.

    KeyRefusedError for what is no address, TooManyAttemptsError after three codes in 6 hours.
    """
    address = require_address(text)
    login = Login.objects.get(pk=login_id)
    mailed = post_code(
        login, address, desk=desk, at=at, letter=ADDRESS_LETTER, language=language, counted_as=Scope.ADDRESS_USER
    )
    begun = begin(
        Means.EMAIL_CODE,
        purpose=Purpose.EXTERNAL,
        browser=browser,
        login_id=login_id,
        content={"kind": _KIND, "address": address, "digest": mailed.digest},
        locksmith=desk.locksmith,
        at=at,
    )
    return AddressAsked(begun.handle, mailed.masked)


def prove_address(handle: str, code: str, *, login_id: int, browser: bytes, desk: KeyDesk, at: datetime) -> str:
    """Return the address, proven by the code that went there; it proves once.

    KeyRefusedError for a wrong code, SignInRefusedError after five of them, when its time is over, or for another's handle.
    """
    taken = look(handle, browser=browser, locksmith=desk.locksmith, at=at)
    if not _is_proof_of(taken, login_id):
        raise KeyRefusedError("This confirmation is over.", next_step="Begin again.")
    count_try(taken, most=limits().keys.code_tries)
    if not is_mailed_code(code, taken.content["digest"], desk=desk):
        raise KeyRefusedError("The code is not correct.", next_step="Give the code of the newest e-mail.")
    use_up(taken, at=at)
    return taken.content["address"]


def _is_proof_of(taken: Taken, login_id: int) -> bool:
    return taken.login_id == login_id and taken.purpose is Purpose.EXTERNAL and taken.content.get("kind") == _KIND
