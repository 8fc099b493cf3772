"""The catalogue of services: their rights, their groups and what they ask of a person. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.access.qualities import Quality


class Right(StrEnum):
    """What somebody may do in a service; a later one covers those before it."""

    CONSULT = "CONSULT"
    DECLARE = "DECLARE"
    MANAGE = "MANAGE"

    def covers(self, other: "Right") -> bool:
        """Whether who holds this right may also do the other."""
        return _RANK[self] >= _RANK[other]


_RANK = {right: rank for rank, right in enumerate(Right)}


class ServiceGroup(StrEnum):
    """Services that are mandated together."""

    DIMONA = "DIMONA"
    CHECK_INS = "CHECK_INS"
    ACCESS_MANAGEMENT = "ACCESS_MANAGEMENT"
    COMPANY_ACCOUNT = "COMPANY_ACCOUNT"


class ServiceCode(StrEnum):
    """A service that rights are granted in."""

    DIMONA = "DIMONA"
    CHECK_INS = "CHECK_INS"
    ACCESS = "ACCESS"
    CHANNELS = "CHANNELS"
    EBOX = "EBOX"
    MANDATES = "MANDATES"


@dataclass(frozen=True, slots=True)
class Service:
    """One service: `level` is the assurance level it asks for (100 to 500), `purpose` its code in file names, if any.

    Where `needs_four_eyes`, nobody raises his own rights without a second manager. Where it `is_granted_by_file`, an
    access declaration may grant it.
    """

    code: ServiceCode
    group: ServiceGroup
    rights: tuple[Right, ...]
    level: int
    qualities: frozenset[Quality]
    purpose: str = ""
    needs_four_eyes: bool = False
    is_granted_by_file: bool = True


_ALL = frozenset(Quality)
_CONSULT_AND_DECLARE = (Right.CONSULT, Right.DECLARE)

SERVICES: Mapping[ServiceCode, Service] = MappingProxyType(
    {
        service.code: service
        for service in (
            Service(ServiceCode.DIMONA, ServiceGroup.DIMONA, _CONSULT_AND_DECLARE, 400, _ALL, purpose="DIMN"),
            Service(ServiceCode.CHECK_INS, ServiceGroup.CHECK_INS, _CONSULT_AND_DECLARE, 400, _ALL, purpose="CIAO"),
            Service(
                ServiceCode.ACCESS,
                ServiceGroup.ACCESS_MANAGEMENT,
                _CONSULT_AND_DECLARE,
                400,
                _ALL,
                purpose="ACCS",
                needs_four_eyes=True,
                is_granted_by_file=False,
            ),
            Service(
                ServiceCode.CHANNELS,
                ServiceGroup.COMPANY_ACCOUNT,
                (Right.CONSULT, Right.MANAGE),
                400,
                _ALL,
                is_granted_by_file=False,
            ),
            Service(ServiceCode.EBOX, ServiceGroup.COMPANY_ACCOUNT, (Right.CONSULT, Right.MANAGE), 400, _ALL),
            Service(
                ServiceCode.MANDATES,
                ServiceGroup.COMPANY_ACCOUNT,
                (Right.CONSULT, Right.MANAGE),
                450,
                _ALL,
                is_granted_by_file=False,
            ),
        )
    }
)
"""What is not in it can be neither granted nor used."""


def find_service(code: str) -> Service | None:
    """Return the service of that code, None where there is none."""
    return SERVICES.get(ServiceCode(code)) if code in SERVICES else None
