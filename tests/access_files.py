"""Files of access declarations for tests: valid by default, each deviation an argument."""

from datetime import date

from domain.identifiers import insz

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\r\n<AccessDeclaration xmlns="urn:guichet:accs:1">\r\n'
TAIL = "</AccessDeclaration>\r\n"
COMPANY = "0412345614"
QUALITY = "EMPLOYER"
TODAY = date(2026, 7, 1)
ANN, BERT = (insz(850115123, born_from_2000=False), insz(900201123, born_from_2000=False))


def a_file(*forms: str, namespace: str = "urn:guichet:accs:1") -> bytes:
    return (HEAD.replace("urn:guichet:accs:1", namespace) + "".join(forms) + TAIL).encode()


def a_form(
    *declarations: str,
    reference: str = "REF-1",
    company: str = COMPANY,
    quality: str = QUALITY,
    mandate: str | None = None,
    status: str = "0",
    header: str | None = None,
) -> str:
    """Return a form; `header` replaces what stands before the reference."""
    opening = (
        header
        if header is not None
        else (
            "<Identification>ACCS001</Identification><FormCreationDate>2026-07-01</FormCreationDate>"
            f"<FormCreationHour>09:12:44.120</FormCreationHour><AttestationStatus>{status}</AttestationStatus>"
            "<TypeForm>SU</TypeForm>"
        )
    )
    return (
        f"<Form>{opening}<Reference><ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin>"
        f"<ReferenceNbr>{reference}</ReferenceNbr></Reference>"
        f"<DeclaringEntity><CompanyID>{company}</CompanyID><QualityCode>{quality}</QualityCode>"
        f"{_if_given('MandateReference', mandate)}</DeclaringEntity>{''.join(declarations)}</Form>\r\n"
    )


def a_declaration(
    subject: str,
    *rights: str,
    seq: int | str = 1,
    action: str = "CREATE",
    on: date | str = TODAY,
    reason: str = "OTHER",
) -> str:
    return (
        f'<Declaration seq="{seq}"><Action>{action}</Action><EffectiveDate>{on}</EffectiveDate>'
        f"<Subject>{subject}</Subject>{''.join(rights)}<Reason>{reason}</Reason></Declaration>\r\n"
    )


def a_person(number: str = ANN, *, name: str = "Peeters", first: str = "Ann") -> str:
    return f"<Person><INSZ>{number}</INSZ><FamilyName>{name}</FamilyName><FirstName>{first}</FirstName></Person>"


def a_user(
    number: str = ANN,
    *,
    name: str = "Peeters",
    first: str = "Ann",
    user_name: str | None = None,
    email: str | None = "ann@firm.example",
    mobile: str | None = "+32475123456",
    language: str | None = "NL",
) -> str:
    who = a_person(number, name=name, first=first) if user_name is None else f"<UserName>{user_name}</UserName>"
    contact = _if_given("EMail", email) + _if_given("Mobile", mobile) + _if_given("Language", language)
    return f"<User>{who}{contact}</User>"


def the_user(number: str = ANN, *, name: str = "Peeters", first: str = "Ann") -> str:
    """Return a user who is there already, without contact data."""
    return a_user(number, name=name, first=first, email=None, mobile=None, language=None)


def a_manager(number: str = ANN, *, role: str = "MANAGER", name: str = "Peeters", first: str = "Ann") -> str:
    return f"<Manager><Role>{role}</Role>{a_person(number, name=name, first=first)}</Manager>"


def a_technical_user(
    *,
    account: str | None = None,
    name: str | None = "Claes",
    first: str | None = "Kim",
    email: str | None = "kim@firm.example",
    phone: str | None = "+3225551234",
    language: str | None = "NL",
) -> str:
    fields = (
        ("TechnicalUserID", account),
        ("FamilyName", name),
        ("FirstName", first),
        ("EMail", email),
        ("Phone", phone),
        ("Language", language),
    )
    return f"<TechnicalUser>{''.join(_if_given(tag, value) for tag, value in fields)}</TechnicalUser>"


def a_sender(number: str = "123456") -> str:
    return f"<Sender><SenderNumber>{number}</SenderNumber></Sender>"


def a_right(
    service: str = "DIMONA",
    right: str = "DECLARE",
    *,
    start: date | None = None,
    end: date | None = None,
    part: str | None = None,
) -> str:
    return (
        f"<Rights><ServiceCode>{service}</ServiceCode><RightCode>{right}</RightCode>{_if_given('StartDate', start)}"
        f"{_if_given('EndDate', end)}{_if_given('SubDivision', part)}</Rights>"
    )


def _if_given(tag: str, value: object) -> str:
    return "" if value is None else f"<{tag}>{value}</{tag}>"
