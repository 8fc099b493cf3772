"""Who of a company leans on a password: told on the page of the switch, and written to before and when it is turned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from auth.keys.life import holders_of_passwords
from domain.access.actors import Actor
from domain.brussels import brussels_date
from evidence.audit import append_event
from registers.access.account_letters import AccountLetter, write_to
from registers.access.company_rules import members_of
from registers.access.told_persons import names_in

_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class PasswordHolders:
    """Those who have a password, and those among them whom nothing else lets in, by person."""

    everybody: tuple[int, ...]
    without_other_key: tuple[int, ...]


def find_holders(entity_id: int) -> PasswordHolders:
    """Return who of the company has a password now."""
    found = holders_of_passwords(members_of(entity_id))
    return PasswordHolders(
        tuple(sorted(found)), tuple(sorted(person for person, has_other in found.items() if not has_other))
    )


def tell_of(holders: PasswordHolders, *, entity_id: int) -> Sequence[str]:
    """Return the sentences that say how many it concerns, and who of the company, as it calls them, loses every way in."""
    counts = {"count": len(holders.everybody), "weak": len(holders.without_other_key)}
    said = [_("People with a password: %(count)s. Of them without eID, itsme or passkey here yet: %(weak)s.") % counts]
    if holders.without_other_key:
        names = sorted(names_in(entity_id, holders.without_other_key[:_MOST_NAMES]).values())
        more = len(holders.without_other_key) > len(names)
        if names:
            said.append(
                _("Without another key: %(names)s.") % {"names": ", ".join(names) + (", \u2026" if more else "")}
            )
    return said


def announce(entity_id: int, *, by: Actor, at: datetime) -> int:
    """Write to them that passwords are about to end; once a day. Return to how many."""
    occasion = f"passwords of {entity_id} will end, {brussels_date(at)}"
    written = write_to(find_holders(entity_id).everybody, AccountLetter.PASSWORDS_WILL_END, occasion=occasion, at=at)
    append_event("account:password-login:announced", at=at, actor=by.name, entity=entity_id, people=written)
    return written


def tell_switched_off(entity_id: int, *, at: datetime) -> int:
    """Write to them that passwords are off; return to how many."""
    occasion = f"passwords of {entity_id} off at {at.isoformat()}"
    return write_to(find_holders(entity_id).everybody, AccountLetter.PASSWORDS_OFF, occasion=occasion, at=at)
