"""Compose the counter where people's check-ins are taken: the desk, the register behind it, and persons by number."""

from collections.abc import Collection
from functools import cached_property, lru_cache, partial

from django.conf import settings

from domain.checkins.limits import CheckInLimits
from domain.environments import Environment
from domain.identifiers import is_insz
from ingest.check_in_desk import CheckInDesk
from ingest.evidence_files import EvidenceDesk
from portal.configuration import Configuration
from portal.evidence_desk import open_evidence_desk
from registers.checkins.intake import take_items
from registers.persons.aliases import Aliases
from registers.persons.models import PersonIdentifier
from registers.persons.numbers import PersonDirectory, PersonKeys


class CheckinCounter:
    """What the pages of check-ins need from the rooms behind them."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    @cached_property
    def desk(self) -> CheckInDesk:
        """Where items are brought."""
        bound = partial(take_items, aliases=self.aliases, limits=self.limits, shelf=self.evidence)
        return CheckInDesk(take_items=bound, limits=self.limits.times)

    @property
    def limits(self) -> CheckInLimits:
        """What the settings allow."""
        return self._configuration.check_ins.limits

    @cached_property
    def evidence(self) -> EvidenceDesk:
        """Where files that prove corrections are taken."""
        return open_evidence_desk(self._configuration)

    @cached_property
    def aliases(self) -> Aliases:
        """The workers of production by any of their numbers."""
        return Aliases(self._person_keys, environment=Environment.PRODUCTION)

    @cached_property
    def persons(self) -> PersonDirectory:
        """Read when first needed, so that a portal without the keys of the registers still answers everything else."""
        return PersonDirectory(self._person_keys, environment=Environment.PRODUCTION)

    @cached_property
    def _person_keys(self) -> PersonKeys:
        return PersonKeys.read(self._configuration.home / "keys" / "persons.json")

    def number_of(self, person_id: int) -> str | None:
        """Return the national or bis number that is the person's now; None for who has none."""
        return self.numbers_of([person_id]).get(person_id)

    def numbers_of(self, people: Collection[int]) -> dict[int, str]:
        """Return the numbers that are theirs now, by person; who has none is left out. One query."""
        rows = PersonIdentifier.objects.filter(
            environment=Environment.PRODUCTION, person_id__in=people, kind="INSZ", valid_until__isnull=True
        ).order_by("valid_from", "pk")
        found = {}
        for row in rows:
            number = self.persons.reveal(bytes(row.ciphertext), key_id=row.key_id)
            if is_insz(number):
                found[row.person_id] = number
        return found


@lru_cache(maxsize=1)
def checkin_counter() -> CheckinCounter:
    """Return the counter of this process."""
    return CheckinCounter(settings.GUICHET)
