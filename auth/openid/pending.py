"""Keep who proved himself and is still to be matched, sealed, while he tells how he can be reached."""

from datetime import date, datetime, timedelta

from auth.locksmith import Locksmith
from auth.models import Purpose
from auth.openid.outcomes import IdentityPending
from auth.transactions import begin, look
from domain.assurance import AssuranceLevel, Means

LIFETIME = timedelta(hours=1)


def keep_pending(pending: IdentityPending, *, browser: bytes, locksmith: Locksmith, at: datetime) -> str:
    """Keep it for that browser, and return the handle that finds it."""
    issuer, subject = pending.subject
    content = {
        "issuer": issuer,
        "subject": subject,
        "level": str(int(pending.level)),
        "at": pending.at.isoformat(),
        "eidas_identifier": pending.eidas_identifier or "",
        "family_name": pending.family_name,
        "given_names": pending.given_names,
        "birth_date": pending.birth_date.isoformat() if pending.birth_date else "",
        "return_to": pending.return_to,
    }
    begun = begin(
        pending.means,
        purpose=Purpose.ENROL,
        browser=browser,
        content=content,
        locksmith=locksmith,
        at=at,
        lifetime=LIFETIME,
    )
    return begun.handle


def find_pending(handle: str, *, browser: bytes, locksmith: Locksmith, at: datetime) -> IdentityPending:
    """Return what was kept; SignInRefusedError when it is over or another browser's."""
    taken = look(handle, browser=browser, locksmith=locksmith, at=at)
    content = taken.content
    return IdentityPending(
        means=Means(taken.means),
        level=AssuranceLevel(int(content["level"])),
        at=datetime.fromisoformat(content["at"]),
        subject=(content["issuer"], content["subject"]),
        eidas_identifier=content["eidas_identifier"] or None,
        family_name=content["family_name"],
        given_names=content["given_names"],
        birth_date=date.fromisoformat(content["birth_date"]) if content["birth_date"] else None,
        return_to=content["return_to"],
    )
