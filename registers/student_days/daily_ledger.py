"""Write daily registrations and their versions down."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from registers.student_days.daily_records import RegistrationRecord
from registers.student_days.daily_tables import DailyRegistration, DailyRegistrationVersion
from registers.student_days.decisions.outcomes import Decision
from registers.student_days.models import Declaration

_CHANGING = (
    "starting_date",
    "starting_hour",
    "ending_date",
    "ending_hour",
    "is_withdrawn",
    "version",
    "last_changed_at",
)
_BATCH = 1000


def write_registrations(decisions: Sequence[Decision], declarations: Sequence[Declaration]) -> None:
    """Write what the decisions did to daily registrations in the running transaction; no query where they did nothing."""
    written = [
        (record, is_new, declaration)
        for decision, declaration in zip(decisions, declarations, strict=True)
        for record, is_new in _states(decision)
    ]
    if not written:
        return
    newest = {record.number: (record, declaration) for record, _, declaration in written}
    fresh = {record.number for record, is_new, _ in written if is_new}
    rows = {number: _row(record, declaration) for number, (record, declaration) in newest.items()}
    DailyRegistration.objects.bulk_create((rows[number] for number in newest if number in fresh), batch_size=_BATCH)
    changed = [rows[number] for number in newest if number not in fresh]
    DailyRegistration.objects.bulk_update(changed, _CHANGING, batch_size=_BATCH)
    DailyRegistrationVersion.objects.bulk_create(
        (_version(record, declaration) for record, _, declaration in written), batch_size=_BATCH
    )


def _states(decision: Decision) -> Iterator[tuple[RegistrationRecord, bool]]:
    """Yield every new state of a registration, and whether it is the first."""
    if decision.registration is not None:
        yield decision.registration, decision.registration_before is None
    yield from ((record, False) for record in decision.withdrawn)


def _row(record: RegistrationRecord, declaration: Declaration) -> DailyRegistration:
    values = asdict(record)
    return DailyRegistration(id=values.pop("number"), environment=declaration.environment, **values)


def _version(record: RegistrationRecord, declaration: Declaration) -> DailyRegistrationVersion:
    return DailyRegistrationVersion(
        environment=declaration.environment,
        registration_id=record.number,
        number=record.version,
        declaration=declaration,
        starting_date=record.starting_date,
        starting_hour=record.starting_hour,
        ending_date=record.ending_date,
        ending_hour=record.ending_hour,
        is_withdrawn=record.is_withdrawn,
        received_at=declaration.received_at,
        filed_at=declaration.filed_at,
    )
