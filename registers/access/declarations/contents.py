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
    return json.dumps(asdict(declared) | {"kind": KINDS[type(declared.subject)]}, default=date.isoformat)


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


def _read_right(content: dict[str, Any]) -> DeclaredRight:
    days = {name: content[name] and date.fromisoformat(content[name]) for name in ("start_date", "end_date")}
    return DeclaredRight(**(content | days))
