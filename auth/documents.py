"""Documents that officers saw: the number is sealed, no copy is kept, and what was shown in a call is noted with it."""

from datetime import datetime

from auth.locksmith import Locksmith, Sealed
from auth.models import CallDocument, Session
from auth.operators import require_registrar
from auth.refusals import KeyRefusedError
from domain.brussels import brussels_date
from domain.registration import SeenDocument, judge_document
from evidence.audit import append_event

_PURPOSE = "registration-document"
_LONGEST_NUMBER = 32


def seal_document_number(text: str, *, locksmith: Locksmith) -> Sealed:
    """Return the number of a document, sealed; KeyRefusedError for what is none."""
    number = text.strip()
    if not 0 < len(number) <= _LONGEST_NUMBER:
        raise KeyRefusedError("A document has a number of 1 to 32 characters.", next_step="Give it as it is printed.")
    return locksmith.seal(number.encode(), purpose=_PURPOSE)


def note_call_document(
    identity: int, document: SeenDocument, *, officer: Session, locksmith: Locksmith, at: datetime
) -> None:
    """Note what was shown in the call by who waited under that number and is matched now.

    KeyRefusedError for a document that is not accepted, and for whoever is not a registration officer signed in with an eID.
    """
    officer_id = require_registrar(officer)
    against = judge_document(
        document.kind, country=document.country, expires_on=document.expires_on, on=brussels_date(at)
    )
    if against:
        raise KeyRefusedError(against[0].value, next_step="Ask for another document.")
    sealed = seal_document_number(document.number, locksmith=locksmith)
    CallDocument.objects.create(
        identity_id=identity,
        officer_id=officer_id,
        document_kind=document.kind,
        document_country=document.country,
        document_key_id=sealed.key_id,
        document_sealed=sealed.content,
        document_expires_on=document.expires_on,
        seen_at=at,
    )
    append_event(
        "identity:document-seen",
        at=at,
        actor=f"login:{officer_id}",
        identity=identity,
        document=str(document.kind),
    )
