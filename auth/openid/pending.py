"""Keep who proved himself and is still to be matched, sealed, while he tells how he can be reached."""

from collections.abc import Mapping
from datetime import date, datetime

from auth.limits import limits
from auth.locksmith import Locksmith
from auth.models import Purpose
from auth.openid.outcomes import IdentityPending
from auth.transactions import begin, look, use_up
from domain.assurance import AssuranceLevel, Means


def keep_pending(pending: IdentityPending, *, browser: bytes, locksmith: Locksmith, at: datetime) -> str:
    """Keep it for that browser, and return the handle that finds it."""
    begun = begin(
        pending.means,
        purpose=Purpose.ENROL,
        browser=browser,
        content=content_of(pending),
        locksmith=locksmith,
        at=at,
        lifetime=limits().keys.pending,
    )
    return begun.handle


def find_pending(handle: str, *, browser: bytes, locksmith: Locksmith, at: datetime) -> IdentityPending:
    """Return what was kept; SignInRefusedError when it is over, used up or another browser's."""
    taken = look(handle, browser=browser, locksmith=locksmith, at=at)
    return pending_of(taken.means, taken.content)


def use_up_pending(handle: str, *, browser: bytes, locksmith: Locksmith, at: datetime) -> None:
    """Let nothing more be told for it; SignInRefusedError as above."""
    use_up(look(handle, browser=browser, locksmith=locksmith, at=at), at=at)


def content_of(pending: IdentityPending) -> dict[str, str]:
    """Return it as texts, to be sealed; the means is told beside them."""
    issuer, subject = pending.subject
    return {
        "issuer": issuer,
        "subject": subject,
        "level": str(int(pending.level)),
        "at": pending.at.isoformat(),
        "eidas_identifier": pending.eidas_identifier or "",
        "family_name": pending.family_name,
        "given_names": pending.given_names,
        "birth_date": pending.birth_date.isoformat() if pending.birth_date else "",
        "return_to": pending.return_to,
        "person": "" if pending.person_id is None else str(pending.person_id),
    }


def pending_of(means: Means, content: Mapping[str, str]) -> IdentityPending:
    """Return what `content_of` wrote as texts."""
    return IdentityPending(
        means=means,
        level=AssuranceLevel(int(content["level"])),
        at=datetime.fromisoformat(content["at"]),
        subject=(content["issuer"], content["subject"]),
        eidas_identifier=content["eidas_identifier"] or None,
        family_name=content["family_name"],
        given_names=content["given_names"],
        birth_date=date.fromisoformat(content["birth_date"]) if content["birth_date"] else None,
        return_to=content["return_to"],
        person_id=int(content["person"])
        if content.get("person")
        else None,  # who waited before this was told says none
    )
