"""The tasks that access declarations put into a company's e-Box, until somebody has done them."""

from collections.abc import Sequence
from datetime import datetime

from correspondence.ebox import Posting, handle_occasion, publish
from correspondence.models import EboxKind
from domain.access.deadlines import end_of_days
from domain.access.services import ServiceCode
from domain.access_declarations import Action, ManagerSubject
from domain.access_states import DeclaredState
from domain.environments import Environment
from registers.access.declarations.records import FormRecord, Outcome

PUBLISHER = "access declarations"


def ask_for_file(
    records: Sequence[FormRecord], environment: Environment, *, file_name: str, ticket: str, at: datetime
) -> None:
    """Ask the managers of each company to confirm a held file."""
    for entity_id in sorted({record.entity_id for record in records if record.entity_id is not None}):
        publish(
            Posting(
                kind=EboxKind.CONFIRM_FILE,
                environment=environment,
                values={"file": file_name, "ticket": ticket},
                publisher=PUBLISHER,
                occasion=_file_occasion(ticket, entity_id),
                entity_id=entity_id,
                service=ServiceCode.ACCESS,
                about=ticket,
                due_at=end_of_days(at),
            ),
            at=at,
        )


def file_decided(ticket: str, entity_id: int, environment: Environment, *, by: str, at: datetime) -> None:
    """Note that a held file was confirmed or declined, or lapsed."""
    handle_occasion(environment, _file_occasion(ticket, entity_id), by=by, at=at)


def ask_for_declarations(records: Sequence[FormRecord], environment: Environment, *, at: datetime) -> None:
    """Ask the managers to confirm what waits; who was proposed as a manager has a task of his own already."""
    for record in records:
        quality = "" if record.form.entity is None else record.form.entity.quality
        for outcome in record.outcomes:
            if outcome.state is DeclaredState.PENDING_CONFIRMATION and not _is_proposed(outcome):
                publish(
                    Posting(
                        kind=EboxKind.CONFIRM_DECLARATION,
                        environment=environment,
                        values={"quality": quality, "ticket": outcome.ticket},
                        publisher=PUBLISHER,
                        occasion=_occasion(outcome.ticket),
                        entity_id=record.entity_id,
                        quality=quality,
                        service=ServiceCode.ACCESS,
                        about=outcome.ticket,
                        due_at=end_of_days(at),
                    ),
                    at=at,
                )


def declaration_decided(ticket: str, environment: Environment, *, by: str, at: datetime) -> None:
    """Note that a declaration was confirmed or declined, or lapsed."""
    handle_occasion(environment, _occasion(ticket), by=by, at=at)


def _is_proposed(outcome: Outcome) -> bool:
    declared = outcome.declared
    return declared is not None and isinstance(declared.subject, ManagerSubject) and declared.action is Action.CREATE


def _file_occasion(ticket: str, entity_id: int) -> str:
    return f"held access declarations {ticket} for {entity_id}"


def _occasion(ticket: str) -> str:
    return f"pending access declaration {ticket}"
