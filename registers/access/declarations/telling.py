"""Tell the persons concerned by mail and e-Box, and the managers of a company in its e-Box, what a file did."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from correspondence.ebox import Posting, publish
from correspondence.ebox_alerts import active_among
from correspondence.ebox_mass import publish_all
from correspondence.models import Carrier, EboxKind, OutboxMessage
from domain.access_declarations import Action, ManagerSubject
from domain.access_states import DeclaredState
from domain.environments import Environment
from registers.access.declarations.copying import copy_rows
from registers.access.declarations.letters import read_letters
from registers.access.declarations.records import FormRecord, Outcome
from registers.access.first_codes import gets_first_codes
from registers.access.models import DeclaredAccess, Entity, UserAccount
from registers.access.told_persons import letters_go_to
from registers.persons.details import details_in
from registers.persons.models import PersonDetails

_DONE = frozenset({DeclaredState.APPLIED, DeclaredState.PENDING_CONFIRMATION})
_STOPPING = frozenset({Action.BLOCK, Action.REMOVE})
_COLUMNS = ("carrier", "recipient", "subject", "body", "occasion", "written_at")
_PUBLISHER = "access declarations"


@dataclass(frozen=True, slots=True)
class _Told:
    """What happened to somebody at which company; the account is 0 where it is none of a user."""

    kind: str
    entity_id: int
    account_id: int


def tell_persons(records: Sequence[FormRecord], environment: Environment, *, has_keys: Q, at: datetime) -> None:
    """Write to every person whose access was changed just now, by mail and in an active e-Box (access §8.4).

    A test concerns nobody. A person is told once of what one form did, and of what takes effect later when it does. Who gets no
    codes, as whoever `has_keys`, is not told to wait for any.
    """
    if environment is not Environment.PRODUCTION:
        return
    wanted = {
        (outcome.ticket, outcome.person_id): _Told(_kind_of(outcome), record.entity_id or 0, outcome.account_id or 0)
        for record in records
        for outcome in record.outcomes
        if outcome.state in _DONE and outcome.person_id is not None
    }
    if wanted:
        names = _called({told.entity_id for told in wanted.values()})
        copy_rows(OutboxMessage, _COLUMNS, list(_letters(wanted, names, has_keys=has_keys, at=at)))
        _place_in_eboxes({who: (told.kind, names.get(told.entity_id, "")) for who, told in wanted.items()}, at=at)


def tell_settled(rows: Sequence[DeclaredAccess], state: DeclaredState, *, entity_id: int, at: datetime) -> None:
    """Put into the e-Boxes what became of declarations of one file that waited: of the company, and of whom they concern.

    `rows` are with their forms. Whoever was never told that something waits is told nothing now: only managers were.
    """
    form = rows[0].form
    environment, submission = Environment(form.environment), form.submission
    publish(
        Posting(
            kind=EboxKind.DECLARATION_SETTLED,
            environment=environment,
            values={
                "file": submission.subject_name,
                "count": str(len(rows)),
                "outcome": str(state),
                "ticket": submission.ticket or "",
            },
            publisher=_PUBLISHER,
            occasion=f"access declarations settled {rows[0].ticket} for {entity_id}",
            entity_id=entity_id,
        ),
        at=at,
    )
    if environment is Environment.PRODUCTION:
        managers = [row for row in rows if row.appointment_id is not None and row.person_id is not None]
        company = _called({entity_id})[entity_id]
        told = {(row.ticket, row.person_id or 0): (str(state), company) for row in managers}
        _place_in_eboxes(told, at=at)


def _called(entity_ids: Collection[int]) -> dict[int, str]:
    """Return the names of companies, each with its number: a number alone reads like a fraud."""
    return {entity.pk: entity.called for entity in Entity.objects.filter(pk__in=list(entity_ids))}


def _place_in_eboxes(wanted: Mapping[tuple[str, int], tuple[str, str]], *, at: datetime) -> None:
    """Publish to those whose e-Box is active: for each ticket and person, what happened and at which company."""
    active = active_among({person for _, person in wanted})
    publish_all(
        [
            Posting(
                kind=EboxKind.ACCESS_OF_PERSON,
                environment=Environment.PRODUCTION,
                values={"company": company, "what": f"ACCESS_{what}"},
                publisher=_PUBLISHER,
                occasion=f"access declaration {ticket} {what} for person {person}",
                person_id=person,
            )
            for (ticket, person), (what, company) in wanted.items()
            if person in active
        ],
        at=at,
    )


def tell_chief(
    records: Sequence[FormRecord],
    environment: Environment,
    *,
    file_name: str,
    ticket: str,
    at: datetime,
    occasion: str = "filed",
) -> None:
    """Put a notice into the e-Box of each company that the file declared for: a copy for who manages it.

    `occasion` tells apart when the same file did something: at its filing, or later.
    """
    accepted: dict[int, int] = {}
    for record in records:
        if record.entity_id is not None:
            count = sum(1 for one in record.outcomes if one.result)
            accepted[record.entity_id] = accepted.get(record.entity_id, 0) + count
    for entity_id, count in sorted(accepted.items()):
        publish(
            Posting(
                kind=EboxKind.SECURITY_NOTICE,
                environment=environment,
                values={"file": file_name, "count": str(count), "ticket": ticket},
                publisher=_PUBLISHER,
                occasion=f"access declarations {ticket} {occasion} for {entity_id}",
                entity_id=entity_id,
            ),
            at=at,
        )


def _letters(
    wanted: Mapping[tuple[str, int], _Told], names: Mapping[int, str], *, has_keys: Q, at: datetime
) -> Iterator[tuple[object, ...]]:
    """Yield the letters; that about a user account goes where its company says, until its person proves an address."""
    known = PersonDetails.objects.in_bulk(list({person for _, person in wanted}))
    own = UserAccount.objects.filter(~Q(told_email=""), pk__in=[told.account_id for told in wanted.values()])
    addresses = dict(own.values_list("pk", "told_email"))
    created = [told.account_id for told in wanted.values() if told.kind == "CREATE"]
    get_codes = set(UserAccount.objects.filter(gets_first_codes(has_keys), pk__in=created).values_list("pk", flat=True))
    for (ticket, person), told in wanted.items():
        details = known.get(person)
        if details is None:
            continue
        recipient = letters_go_to(addresses.get(told.account_id, ""), details_in(details))
        if not recipient:
            continue
        kind = "INVITED" if told.kind == "CREATE" and told.account_id not in get_codes else told.kind
        letter = read_letters()[kind][details.language]
        body = letter["body"].format(company=names.get(told.entity_id, ""))
        occasion = f"access declaration {ticket} {kind}"
        yield str(Carrier.MAIL), recipient, letter["subject"], body, occasion, at


def _kind_of(outcome: Outcome) -> str:
    declared = outcome.declared
    if declared is None or declared.action in _STOPPING:
        return "STOP"
    if declared.action is not Action.CREATE:
        return "CHANGE"
    return "MANAGER" if isinstance(declared.subject, ManagerSubject) else "CREATE"
