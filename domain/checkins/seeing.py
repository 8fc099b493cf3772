"""Who sees what of check-ins: one table, and who somebody is in it (check-in declarations §3). Pure.

Client and contractor see their work place, never a name; an access manager sees how things are set up, never a presence.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from domain.access.services import Right, ServiceCode
from domain.access.standings import Standing
from domain.access.states import AccountState


class Viewer(StrEnum):
    """As what somebody looks; one person may be several."""

    WORKER = "WORKER"
    EMPLOYER = "EMPLOYER"
    RESPONSIBLE = "RESPONSIBLE"
    CONTRACTOR = "CONTRACTOR"
    CLIENT = "CLIENT"
    ACCESS_MANAGER = "ACCESS_MANAGER"
    OPERATOR = "OPERATOR"
    INSPECTOR = "INSPECTOR"


class Sight(StrEnum):
    """What there is to see. NUMBERS_PRESENT and PARTIES name no person; MEANS are how subcontractors and temps register."""

    OWN_REGISTRATIONS = "OWN_REGISTRATIONS"
    OWN_STAFF = "OWN_STAFF"
    SUBCONTRACTORS_STAFF = "SUBCONTRACTORS_STAFF"
    REPORTED_ERRORS = "REPORTED_ERRORS"
    LIVE_LIST = "LIVE_LIST"
    NUMBERS_PRESENT = "NUMBERS_PRESENT"
    PARTIES = "PARTIES"
    MEANS = "MEANS"
    CORRECTIONS = "CORRECTIONS"
    EVERYBODY = "EVERYBODY"


class SubcontractorsStaff(StrEnum):
    """Whether a contractor sees the staff of those it gave work to: versions of the official page disagree."""

    HIDDEN = "HIDDEN"
    VISIBLE = "VISIBLE"


_OF_A_PLACE = frozenset({Sight.PARTIES, Sight.NUMBERS_PRESENT})

SEEN: Mapping[Viewer, frozenset[Sight]] = MappingProxyType(
    {
        Viewer.WORKER: frozenset({Sight.OWN_REGISTRATIONS}),
        Viewer.EMPLOYER: frozenset({Sight.OWN_STAFF, Sight.REPORTED_ERRORS, Sight.MEANS}),
        Viewer.RESPONSIBLE: _OF_A_PLACE | {Sight.LIVE_LIST},
        Viewer.CONTRACTOR: _OF_A_PLACE,
        Viewer.CLIENT: _OF_A_PLACE,
        Viewer.ACCESS_MANAGER: frozenset({Sight.MEANS, Sight.PARTIES}),
        Viewer.OPERATOR: frozenset({Sight.CORRECTIONS}),
        Viewer.INSPECTOR: _OF_A_PLACE | {Sight.EVERYBODY, Sight.LIVE_LIST},
    }
)
"""What is not in it is not seen."""


def sights_of(
    viewers: Collection[Viewer], *, subcontractors: SubcontractorsStaff = SubcontractorsStaff.HIDDEN
) -> frozenset[Sight]:
    """Return all that one sees who looks as each of them."""
    seen = frozenset[Sight]().union(*(SEEN[viewer] for viewer in viewers))
    is_contractor = bool({Viewer.RESPONSIBLE, Viewer.CONTRACTOR} & frozenset(viewers))
    if subcontractors is SubcontractorsStaff.VISIBLE and is_contractor and Viewer.EMPLOYER in viewers:
        return seen | {Sight.SUBCONTRACTORS_STAFF}
    return seen


def viewers_in_company(standing: Standing, *, at: datetime) -> frozenset[Viewer]:
    """Return as what a person looks in the company of the standing.

    Presences are for users to whom the right was given by name; an appointment as access manager alone opens none.
    """
    viewers = {Viewer.ACCESS_MANAGER} if standing.roles else set()
    account = standing.account
    if account is not None and account.state is AccountState.ACTIVE and _is_open(standing, at=at):
        viewers.add(Viewer.EMPLOYER)
    return frozenset(viewers)


def _is_open(standing: Standing, *, at: datetime) -> bool:
    return any(
        held.service is ServiceCode.CHECK_INS and held.right.covers(Right.CONSULT) and held.is_held(at)
        for held in standing.rights
    )
