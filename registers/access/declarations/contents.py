"""Write an access declaration as a text that can be kept, encrypted, and read it again."""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from typing import Any

from domain.access_declarations import (
    AccessDeclaration,
    Action,
    DeclaredPerson,
    DeclaredRight,
    JudgedAccessForm,
    ManagerSubject,
    Reason,
    SenderSubject,
    Subject,
    TechnicalUserSubject,
    UserSubject,
)

KINDS = {
    ManagerSubject: "MANAGER",
    UserSubject: "USER",
    TechnicalUserSubject: "TECHNICAL",
    SenderSubject: "SENDER",
}
_BY_NAME = {name: kind for kind, name in KINDS.items()}


def write_declaration(declared: AccessDeclaration) -> str:
    """Return the declaration as JSON."""
    content = {
        "seq": declared.seq,
        "action": declared.action,
        "effective_date": declared.effective_date.isoformat(),
        "subject": _write_subject(declared.subject),
        "rights": [
            [right.service, right.right, _day(right.start_date), _day(right.end_date), right.sub_division]
            for right in declared.rights
        ],
        "reason": declared.reason,
        "kind": KINDS[type(declared.subject)],
    }
    return json.dumps(content)


def read_declaration(text: str) -> AccessDeclaration:
    """Return the declaration that `write_declaration` wrote."""
    content = json.loads(text)
    return AccessDeclaration(
        seq=content["seq"],
        action=Action(content["action"]),
        effective_date=date.fromisoformat(content["effective_date"]),
        subject=_read_subject(content["kind"], content["subject"]),
        rights=tuple(_read_right(right) for right in content["rights"]),
        reason=Reason(content["reason"]),
    )


def digest_of(form: JudgedAccessForm) -> str:
    """Return the SHA-256 (hex) of what a form says, whenever it was written and however often it is sent.

    It must be keyed before it is stored: what it is made of could be guessed.
    """
    content = [
        None if form.entity is None else asdict(form.entity),
        [None if one.declared is None else write_declaration(one.declared) for one in form.declarations],
        [one.seq for one in form.declarations],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _read_subject(kind: str, content: dict[str, Any]) -> Subject:
    if content.get("person") is not None:
        content = content | {"person": DeclaredPerson(**content["person"])}
    subject: Subject = _BY_NAME[kind](**content)
    return subject


def _read_right(content: list[Any]) -> DeclaredRight:
    service, right, start, end, sub_division = content
    return DeclaredRight(
        service,
        right,
        None if start is None else date.fromisoformat(start),
        None if end is None else date.fromisoformat(end),
        sub_division,
    )


def _write_subject(subject: Subject) -> dict[str, Any]:
    match subject:
        case ManagerSubject(role, person):
            return {"role": role, "person": _write_person(person)}
        case UserSubject(person, user_name, email, mobile, language):
            return {
                "person": None if person is None else _write_person(person),
                "user_name": user_name,
                "email": email,
                "mobile": mobile,
                "language": language,
            }
        case _:
            return asdict(subject)


def _write_person(person: DeclaredPerson) -> dict[str, str]:
    return {"insz": person.insz, "family_name": person.family_name, "first_name": person.first_name}


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
