"""Read access declarations of sound structure into values; judges nothing."""

from datetime import date

from lxml import etree

from domain.access_declarations import (
    AccessDeclaration,
    Action,
    DeclaredPerson,
    DeclaredRight,
    DeclaringEntity,
    ManagerSubject,
    Reason,
    SenderSubject,
    Subject,
    TechnicalUserSubject,
    UserSubject,
)
from domain.student_declarations import FormHeader, Reference
from validators.reading import BLANKS, local_name

DECLARATION = "Declaration"
REFERENCE = "Reference"
ENTITY = "DeclaringEntity"
PERSON = "Person"
RIGHTS = "Rights"
HEADER = ("Identification", "FormCreationDate", "FormCreationHour", "AttestationStatus", "TypeForm")


def texts_of(block: etree._Element) -> dict[str, str]:
    """Return the texts of the children of `block`, by their names."""
    return {local_name(child): (child.text or "").strip(BLANKS) for child in block}


def read_header(fields: dict[str, str]) -> FormHeader:
    """Return the five fields that open a form."""
    return FormHeader(*[fields[name] for name in HEADER])


def read_reference(block: etree._Element) -> Reference:
    """Return the sender's own reference."""
    return Reference(*[child.text or "" for child in block])


def read_entity(block: etree._Element) -> DeclaringEntity:
    """Return for whom a form declares."""
    fields = texts_of(block)
    return DeclaringEntity(fields["CompanyID"], fields["QualityCode"], fields.get("MandateReference"))


def read_declaration(element: etree._Element) -> AccessDeclaration:
    """Return what a declaration says; its schema has taken it."""
    fields = texts_of(element)
    children = list(element)
    subject = children[2][0]
    return AccessDeclaration(
        seq=int(element.get("seq", "")),
        action=Action(fields["Action"]),
        effective_date=date.fromisoformat(fields["EffectiveDate"]),
        subject=_SUBJECTS[local_name(subject)](subject),
        rights=tuple([_read_right(child) for child in children[3:-1]]),
        reason=Reason(fields["Reason"]),
    )


def _read_right(block: etree._Element) -> DeclaredRight:
    fields = texts_of(block)
    return DeclaredRight(
        service=fields["ServiceCode"],
        right=fields["RightCode"],
        start_date=_date(fields.get("StartDate")),
        end_date=_date(fields.get("EndDate")),
        sub_division=fields.get("SubDivision"),
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _read_manager(block: etree._Element) -> Subject:
    return ManagerSubject(block[0].text or "", _read_person(block[1]))


def _read_user(block: etree._Element) -> Subject:
    fields = texts_of(block)
    return UserSubject(
        person=_read_person(block[0]) if PERSON in fields else None,
        user_name=fields.get("UserName"),
        email=fields.get("EMail"),
        mobile=fields.get("Mobile"),
        language=fields.get("Language"),
    )


def _read_technical_user(block: etree._Element) -> Subject:
    fields = texts_of(block)
    return TechnicalUserSubject(
        account=fields.get("TechnicalUserID"),
        family_name=fields.get("FamilyName"),
        first_name=fields.get("FirstName"),
        email=fields.get("EMail"),
        phone=fields.get("Phone"),
        language=fields.get("Language"),
    )


def _read_sender(block: etree._Element) -> Subject:
    return SenderSubject(block[0].text or "")


def _read_person(block: etree._Element) -> DeclaredPerson:
    return DeclaredPerson(*[child.text or "" for child in block])


_SUBJECTS = {
    "Manager": _read_manager,
    "User": _read_user,
    "TechnicalUser": _read_technical_user,
    "Sender": _read_sender,
}
