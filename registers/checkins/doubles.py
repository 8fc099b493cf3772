"""Remark what says again what another registration of the same person says, since two numbers turned out to be one (§2.4)."""

from collections.abc import Collection, Mapping, Sequence

from domain.checkins.codes import Remark
from domain.environments import Environment
from registers.checkins.event_reading import doubles_among
from registers.checkins.records import PresenceRecord, read_records


class Doubles:
    """The registrations that stand without their place, because another one has it."""

    name = "doubles"
    answers = frozenset({Remark.ALREADY_REGISTERED})

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        """Remark the doubles; one query, none unless one stands without its place."""
        displaced = [one for one in records if one.slot != 0]
        if not displaced:
            return {}
        beside = read_records(
            "slot = 0 AND number = ANY(%s::bigint[]) AND registration_date = ANY(%s::date[])",
            [[one.number for one in displaced], [one.registration_date for one in displaced]],
            environment=self._environment,
        )
        return dict.fromkeys(doubles_among(displaced, beside=beside), (Remark.ALREADY_REGISTERED,))
