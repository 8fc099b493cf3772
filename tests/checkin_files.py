"""Files of check-ins for tests: valid by default, each deviation an argument."""

from datetime import datetime

from tests.checkin_items import CLEANING_SITE, COMPANY, INSS, SITE

NAMESPACE = "urn:guichet:presence:1"
ROOT = "PresenceBatch"


def a_batch(
    *items: str,
    reference: str = "CLEANCO-1",
    sender: str = COMPANY,
    count: int | str | None = None,
    created: str = "2026-11-23T06:04:10+01:00",
    header: str | None = None,
    namespace: str = NAMESPACE,
    root: str = ROOT,
) -> bytes:
    """Return a file; `header` replaces the whole of it, `count` what it announces."""
    opening = (
        header
        if header is not None
        else (
            f"<Header><BatchReference>{reference}</BatchReference><CreationDateTime>{created}</CreationDateTime>"
            f"<SenderEnterpriseNumber>{sender}</SenderEnterpriseNumber>"
            f"<ItemCount>{len(items) if count is None else count}</ItemCount></Header>"
        )
    )
    body = "\n".join((opening, *items))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">\n{body}\n</{root}>\n'.encode()


def a_worker(
    inss: str = INSS, *, company: str | None = COMPANY, vat: str | None = None, limosa: str | None = None
) -> str:
    if limosa is not None:
        return f"<LimosaId>{limosa}</LimosaId>"
    number = (
        f"<EnterpriseNumber>{company}</EnterpriseNumber>"
        if vat is None
        else f"<ForeignVatNumber>{vat}</ForeignVatNumber>"
    )
    return f"<INSS>{inss}</INSS>" + (f"<Employer>{number}</Employer>" if company or vat else "")


def a_day_item(
    seq: int | str = 1,
    *,
    who: str | None = None,
    day: str | None = None,
    site: str = SITE,
    reference: str | None = None,
) -> str:
    return (
        f'<RegisterPresence seq="{seq}">{_if_given("RegistrationDate", day)}{a_worker() if who is None else who}'
        f"<WorkPlaceId>{site}</WorkPlaceId>{_if_given(REFERENCE, reference)}</RegisterPresence>"
    )


def an_event_item(
    seq: int | str = 1,
    *,
    at: datetime | str = "2026-11-23T06:03:31+01:00",
    way: str = "IN",
    who: str | None = None,
    site: str = CLEANING_SITE,
    place: str = "",
    capture: str = "",
    reason: str | None = None,
    reference: str | None = None,
) -> str:
    instant = at if isinstance(at, str) else at.isoformat()
    return (
        f'<RegisterEvent seq="{seq}"><RegistrationDateTime>{instant}</RegistrationDateTime><Type>{way}</Type>'
        f"{_if_given('Reason', reason)}{a_worker() if who is None else who}<WorkPlaceId>{site}</WorkPlaceId>{place}"
        f"{capture}{_if_given(REFERENCE, reference)}</RegisterEvent>"
    )


def a_cancelling_item(
    seq: int | str = 1, *, number: int | str | None = None, reference: str | None = None, reason: str = "PLANNING"
) -> str:
    target = _if_given("PresenceRegistrationId", number) + _if_given(REFERENCE, reference)
    return f'<CancelPresence seq="{seq}">{target}<CancellationReason>{reason}</CancellationReason></CancelPresence>'


def a_correcting_item(
    seq: int | str = 1,
    *,
    number: int | str | None = None,
    missing: str = "OUT",
    who: str | None = None,
    at: datetime | str | None = "2026-11-20T09:30:00+01:00",
    site: str | None = None,
    why: str = "Phone battery was empty; badge log attached.",
    evidence: tuple[str, ...] = ("9f" * 32,),
) -> str:
    """Return a request for a missing event, or about the event of that `number`."""
    event = (
        f"<MissingEvent><Type>{missing}</Type>{a_worker() if who is None else who}"
        f"<WorkPlaceId>{CLEANING_SITE}</WorkPlaceId></MissingEvent>"
    )
    instant = at.isoformat() if isinstance(at, datetime) else at
    papers = "".join(f'<Evidence fileName="log-{count}.pdf" sha256="{one}"/>' for count, one in enumerate(evidence))
    return (
        f'<RequestCorrection seq="{seq}">{event if number is None else _if_given("PresenceRegistrationId", number)}'
        f"{_if_given('CorrectedDateTime', instant)}{_if_given('CorrectedWorkPlaceId', site)}"
        f"<Justification>{why}</Justification>{papers}</RequestCorrection>"
    )


REFERENCE = "ClientPresenceRegistrationReference"


def _if_given(tag: str, value: object) -> str:
    return "" if value is None else f"<{tag}>{value}</{tag}>"
