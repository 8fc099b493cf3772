"""Letters to a person about own keys: what changed, never a secret, in the person's language (ASVS 6.3.5, 6.3.7)."""

from datetime import datetime, timedelta
from enum import StrEnum
from string import Template

from auth.letters import KEY_NAMES, LETTERS
from auth.limits import limits
from auth.models import DigitalKey, Login
from auth.persons import Addressees, PersonBook
from correspondence.contact import contact_phone
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.assurance import Means
from domain.written_dates import render_minute


class Notice(StrEnum):
    """What a person is told of."""

    KEY_ADDED = "KEY_ADDED"
    KEY_REMOVED = "KEY_REMOVED"
    KEY_SUSPENDED = "KEY_SUSPENDED"
    KEYS_FREED = "KEYS_FREED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a kind of letter
    PASSWORD_LOCKED = "PASSWORD_LOCKED"  # noqa: S105 - likewise
    NEW_DEVICE = "NEW_DEVICE"
    CARD_NEARLY_USED = "CARD_NEARLY_USED"
    RECOVERY_CODE_USED = "RECOVERY_CODE_USED"


def tell_of_keys(notice: Notice, key: DigitalKey, *, persons: PersonBook, at: datetime) -> None:
    """Post a letter about a key, in the running transaction; nobody is told where no address is known."""
    tell(
        notice,
        key.login,
        means=Means(key.means),
        occasion=f"key:{key.pk}:{notice}:{int(at.timestamp())}",
        persons=persons,
        at=at,
    )


def tell(
    notice: Notice,
    login: Login,
    *,
    means: Means,
    occasion: str,
    persons: Addressees,
    at: datetime,
    company: str = "",
) -> None:
    """Post a letter to the owner of a login; `occasion` makes a repeat harmless, `company` is named where it is about one."""
    if login.person_id is None:
        return
    address = persons.mail_address(login.person_id)
    if address is None:
        return
    language = persons.language(login.person_id)
    subject, body = LETTERS[notice][language]
    lock = limits().keys
    fields = {
        "key": KEY_NAMES[means][language],
        "at": render_minute(at, language),
        "failures": str(lock.password_failures),
        "minutes": str(lock.password_lock // timedelta(minutes=1)),
        "company": company,
        "phone": contact_phone(),
    }
    post(
        carrier=Carrier.MAIL,
        recipient=address,
        subject=Template(subject).substitute(fields),
        body=Template(body).substitute(fields),
        occasion=occasion,
        at=at,
    )
