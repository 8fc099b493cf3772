"""Keep keys that a caller asked for to the company that they were sent for, until the person shows who he is (decision 0050)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from auth.models import DigitalKey
from auth.notices import Notice, tell
from auth.persons import PersonBook
from auth.proofs import Proof
from domain.assurance import ISSUED_ELSEWHERE, AssuranceLevel, Means
from evidence.audit import append_event

LIFTING_LEVEL = AssuranceLevel.APP_CODE
"""What an eID, itsme or eIDAS must reach to make other keys count everywhere; a weak means of eIDAS speaks for itself alone."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """The companies for which alone the keys of a stay count; none where they count everywhere."""

    companies: frozenset[int]

    def columns(self, reached: AssuranceLevel, *, entity_id: int | None) -> dict[str, int | None]:
        """Return what a stay at `reached` keeps of it while it acts for `entity_id`.

        Keys of two companies together count for neither.
        """
        if not self.companies:
            return {"level": reached, "confined_to_id": None, "confined_level": None}
        company = min(self.companies)
        level = reached if len(self.companies) == 1 else AssuranceLevel.SELF_REGISTERED
        here = level if entity_id == company else min(level, AssuranceLevel.SELF_REGISTERED)
        return {"level": here, "confined_to_id": company, "confined_level": level}


def confinement_of(proofs: Sequence[Proof]) -> Confinement:
    """Return to which companies the proofs of a stay are confined: one that is confines all."""
    return Confinement(frozenset(proof.confined_to for proof in proofs if proof.confined_to is not None))


def showing_person(proofs: Sequence[Proof]) -> Means | None:
    """Return the means that came from outside as surely as to vouch for the keys that are held beside it, None without one."""
    sure = (proof.means for proof in proofs if proof.means in ISSUED_ELSEWHERE and proof.level >= LIFTING_LEVEL)
    return next(sure, None)


def lift_confinement(login_id: int, entity_id: int, *, shown: Means, persons: PersonBook, at: datetime) -> None:
    """Let the keys that counted for a company alone count everywhere: their holder showed in one stay that he is the person.

    He is written to, once: keys that open more than before are news as a new key is (ASVS 6.3.7).
    """
    keys = DigitalKey.objects.filter(login_id=login_id, confined_to_id=entity_id, ended_at__isnull=True)
    held = keys.select_related("login", "confined_to").order_by("pk").first()
    if held is None or held.confined_to is None:
        return
    company = held.confined_to.called
    if not keys.update(confined_to=None):
        return
    append_event("account:keys:unconfined", at=at, actor=f"login:{login_id}", login=login_id, entity=entity_id)
    occasion = f"keys-freed:{login_id}:{entity_id}:{at.isoformat()}"
    tell(Notice.KEYS_FREED, held.login, means=shown, occasion=occasion, persons=persons, at=at, company=company)
