"""Fill a counter with 20,000 companies, 100,000 users and what they have, one of them far larger than the others."""

from dataclasses import dataclass

from commands.bench.portal.multiplying import analyse, multiply
from commands.bench.portal.prototypes import Prototypes

COMPANIES = 20_000
USERS = 100_000
_BASE = 1_000_000
_CHIEFS = 2_000_000
LARGEST = _BASE + 1
"""The company with a twentieth of all users, 300 senders and a fifth of all deliveries."""

_USERS_OF_LARGEST = 5_000
_SENDERS_OF_LARGEST = 300
_DELIVERIES = 100_000
_DELIVERIES_OF_LARGEST = 20_000
_DOCUMENTS = 100_000
_DOCUMENTS_OF_LARGEST = 5_000
_DECLARATIONS = 50_000
_FIRST_NUMBER = 200_000
_OF_USER = f"CASE WHEN n <= {_USERS_OF_LARGEST} THEN {LARGEST} ELSE {_BASE} + 1 + mod(n, {COMPANIES}) END"
_OF_SENDER = f"CASE WHEN n <= {_SENDERS_OF_LARGEST} THEN {LARGEST} ELSE {_BASE} + n END"
_OF_DOCUMENT = f"CASE WHEN n <= {_DOCUMENTS_OF_LARGEST} THEN {LARGEST} ELSE {_BASE} + 1 + mod(n, {COMPANIES}) END"
_NUMBER = f"({_FIRST_NUMBER} + n)::text"
_OWNER = f"CASE WHEN n <= {_DELIVERIES_OF_LARGEST} THEN '{_FIRST_NUMBER + 1}' ELSE ({_FIRST_NUMBER} + mod(n, {COMPANIES}) + 1)::text END"
_COMPANY_NUMBER = "lpad((5000000 + n)::text, 8, '0') || lpad((97 - mod(5000000 + n, 97))::text, 2, '0')"


@dataclass(frozen=True, slots=True)
class _Spans:
    companies: tuple[int, int] = (1, COMPANIES)
    users: tuple[int, int] = (1, USERS)
    deliveries: tuple[int, int] = (1, _DELIVERIES)
    documents: tuple[int, int] = (1, _DOCUMENTS)
    declarations: tuple[int, int] = (1, _DECLARATIONS)


_SPANS = _Spans()


def fill(prototypes: Prototypes) -> None:
    """Copy the prototypes; half a minute to a minute."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by then

    with transaction.atomic():
        _people(prototypes)
        _companies(prototypes)
        _users(prototypes)
        _senders(prototypes)
        _deliveries(prototypes)
        _documents(prototypes)
    analyse()


def chief_of(company: int) -> int:
    """Return the id of the login of the chief of a company, numbered from 1."""
    return _CHIEFS + company


def login_of_user(number: int) -> int:
    """Return the id of the login of a user, numbered from 1."""
    return _BASE + number


def company_of(company: int) -> int:
    """Return the id of a company, numbered from 1."""
    return _BASE + company


def company_of_user(number: int) -> int:
    """Return the id of the company that a user, numbered from 1, works for."""
    return LARGEST if number <= _USERS_OF_LARGEST else _BASE + 1 + number % COMPANIES


def _people(prototypes: Prototypes) -> None:
    from registers.persons.models import PersonDetails  # noqa: PLC0415 - Django is set up by then

    for login, base, span in (
        (prototypes.login, _BASE, _SPANS.users),
        (prototypes.chief, _CHIEFS, _SPANS.companies),
    ):
        details, new = PersonDetails.objects.select_related("person").get(person_id=login.person_id or 0), f"{base} + n"
        multiply(details.person, span, id=new)
        multiply(
            details,
            span,
            person_id=new,
            family_name="'Family' || mod(n, 9973)",
            first_name="'Person' || mod(n, 211)",
            email="'p' || n || '@firm.example'",
        )
        multiply(login, span, id=new, person_id=new, user_name=f"'{login.user_name}-' || n")
        for key in login.keys.all():
            multiply(key, span, login_id=new)


def _companies(prototypes: Prototypes) -> None:
    entity, new = prototypes.entity, f"{_BASE} + n"
    named = {"company_number": _COMPANY_NUMBER, "nsso_number": "''", "name": "'Company ' || n"}
    multiply(entity, _SPANS.companies, id=new, **named)
    multiply(entity.account, _SPANS.companies, entity_id=new)
    for quality in entity.qualities.all():
        multiply(quality, _SPANS.companies, entity_id=new)
    for row in prototypes.appointments():
        multiply(row, _SPANS.companies, entity_id=new, person_id=f"{_CHIEFS} + n")


def _users(prototypes: Prototypes) -> None:
    user, new = prototypes.user, f"{_BASE} + n"
    multiply(user, _SPANS.users, id=new, entity_id=_OF_USER, person_id=new, user_name="'bench-user-' || n")
    for grant in user.grants.all():
        multiply(grant, _SPANS.users, account_id=new)
    for change in user.changes.all():
        multiply(change, _SPANS.users, account_id=new)


def _senders(prototypes: Prototypes) -> None:
    sender, span = prototypes.sender, _SPANS.companies
    user = sender.technical_user
    new_user = f"{_BASE} + n"
    named = {"user_name": f"'EXP_' || {_NUMBER}", "contact_name": "'Contact ' || n"}
    multiply(user, span, id=new_user, entity_id=_OF_SENDER, **named)
    multiply(sender, span, number=_NUMBER, entity_id=_OF_SENDER, technical_user_id=new_user)
    for row in (*sender.channels.all(), *sender.services.all(), *sender.answer_subscriptions.all()):
        multiply(row, span, sender_id=_NUMBER)
    for certificate in sender.certificates.all():
        multiply(certificate, span, sender_id=_NUMBER, sha256="lpad(to_hex(n), 64, '0')")
    for ssh_key in user.ssh_keys.all():
        multiply(ssh_key, span, technical_user_id=new_user, fingerprint="lpad(to_hex(n), 64, '0')")
    multiply(user.password, span, technical_user_id=new_user)
    for client in sender.web_clients.all():
        client_id = f"'self_service_chaman_' || {_NUMBER} || '_0123456789'"
        multiply(client, span, id=new_user, sender_id=_NUMBER, client_id=client_id)
        for key in client.keys.all():
            multiply(key, span, client_id=new_user)


def _deliveries(prototypes: Prototypes) -> None:
    from registers.student_days.models import Declaration  # noqa: PLC0415 - Django is set up by then

    submission, new = prototypes.submission, f"{_BASE} + n"
    name = f"'FI.DIMN.' || {_OWNER} || '.20261101.' || lpad(mod(n, 100000)::text, 5, '0') || '.R.1.1'"
    multiply(
        submission,
        _SPANS.deliveries,
        id=new,
        owner=_OWNER,
        named_sender=_OWNER,
        sequence="lpad(mod(n, 100000)::text, 5, '0')",
        subject_name=name,
        ticket="'Z' || lpad(n::text, 12, '0')",
        received_at="p.received_at - n * interval '1 minute'",
    )
    for event in submission.events.all():
        multiply(event, _SPANS.deliveries, submission_id=new)
    for place, answer in enumerate(submission.answers.all(), start=1):
        answer_id = f"{place * 10_000_000} + n"
        multiply(answer, _SPANS.deliveries, id=answer_id, submission_id=new, recipient=_OWNER, sequence=f"{answer_id}")
        for each in answer.files.all():
            named = f"'{each.name[:8]}' || {answer_id} || '.{each.name[:2]}'"
            multiply(each, _SPANS.deliveries, answer_id=answer_id, recipient=_OWNER, name=named)
    declaration = Declaration.objects.filter(submission_id=submission.pk).order_by("form_index")[0]
    largest = str(_BASE + 1)
    multiply(
        declaration, _SPANS.declarations, submission_id=largest, form_index="n", ticket="'Y' || lpad(n::text, 12, '0')"
    )


def _documents(prototypes: Prototypes) -> None:
    multiply(
        prototypes.document,
        _SPANS.documents,
        entity_id=_OF_DOCUMENT,
        occasion="'bench ' || n",
        published_at="p.published_at - n * interval '1 minute'",
    )
