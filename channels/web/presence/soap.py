"""Answer the SOAP service PresenceRegistration v1: who asks, which operation, and a message that is refused as a fault (§1.1)."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from urllib.parse import parse_qsl
from uuid import UUID

import structlog
from django.http import HttpResponse
from lxml import etree

from channels.web.exchanges import ConnectionLost, Exchange
from channels.web.presence.check_ins import PURPOSE, CheckIns, SearchNotUsableError, ServiceClosedError
from channels.web.presence.contract import PROTOCOL, SOAP_PATH, render_wsdl, require_valid
from channels.web.presence.envelopes import SECURITY, Envelope, read_envelope, reply_fault, reply_message
from channels.web.presence.faults import Fault, FaultCode, fault_of
from channels.web.presence.refused_items import codes_of, note_refused
from channels.web.presence.signed_messages import Made, read_signed
from channels.web.presence.soap_answers import render_found, render_one, render_refused_search, render_taken
from channels.web.presence.soap_items import read_cancellations, read_presences, read_search, read_wanted_id
from channels.web.presence.used_messages import forget_message, remember_message
from channels.web.problems import Problem, ProblemKind
from channels.web.scopes import may_consult, may_declare
from channels.web.tokens import Caller
from channels.web.visits import Desk, Visit, find_bearer
from domain.checkins.items import Item
from domain.checkins.outcomes import Cancelled, Registered
from domain.checkins.searches import RegistrationSeen
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from domain.refusals import OutageError

log = structlog.get_logger()

LONGEST_MESSAGE = 512 * 1024
_TYPE = "text/xml"
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})
_ENVIRONMENTS = {"R": Environment.PRODUCTION, "T": Environment.TEST}
_UNKNOWN_ENVIRONMENT = "the environment is R or T"
Admit: TypeAlias = Callable[[Exchange, Caller], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class _Call:
    """A message that its schema found good, who sent it, and when it had arrived."""

    visit: Visit
    message: etree._Element
    environment: Environment
    received_at: datetime

    @property
    def check_ins(self) -> CheckIns:
        return self.visit.desk.composition.check_ins

    @property
    def caller(self) -> Caller:
        return self.visit.require_caller()


Operation: TypeAlias = Callable[[_Call], etree._Element]  # noqa: SLF001 - as lxml names the type of its elements


class SoapService:
    """Answers everything at the address of the SOAP service; `admit` counts a caller's requests and bounds them."""

    def __init__(self, desk: Desk, *, admit: Admit) -> None:
        self._desk = desk
        self._admit = admit

    async def answer(self, exchange: Exchange) -> HttpResponse:
        """Return the WSDL, an answer or a fault; ConnectionLost when nobody is left to hear it."""
        if exchange.method in {"GET", "HEAD"}:
            return self._tell_wsdl(exchange)
        number = str(UUID(bytes=self._desk.composition.randomness(16), version=4))
        told = {"source": exchange.source, "method": "SOAP", "fault": number}
        try:
            return await self._operate(exchange)
        except (Fault, Problem) as refused:
            fault = refused if isinstance(refused, Fault) else fault_of(refused)
            log.warning("web request refused", problem=fault.code.code, **told)
        except ConnectionLost:
            raise
        except OutageError:
            log.exception("web request failed", **told)
            fault = Fault(FaultCode.TEMPORARILY_UNAVAILABLE, retry_after=5)
        except Exception:
            log.exception("web request failed unforeseen", **told)
            fault = Fault(FaultCode.SERVICE, "the operator can see why")
        return reply_fault(fault, number=number, environment=_ENVIRONMENTS.get(_asked_environment(exchange)))

    def _tell_wsdl(self, exchange: Exchange) -> HttpResponse:
        """Return the WSDL, whose address names the environment that the request names."""
        others = _asked(exchange).keys() - {"environment"}
        if {name.lower() for name in others} != {"wsdl"}:
            return Problem(ProblemKind.METHOD, "messages are sent with POST; ?wsdl describes them").response()
        address = self._desk.composition.settings.public_url.rstrip("/") + SOAP_PATH
        environment = _asked_environment(exchange)
        if environment not in _ENVIRONMENTS:
            return Problem(ProblemKind.INVALID, _UNKNOWN_ENVIRONMENT).response()
        behind = "" if environment == Environment.PRODUCTION else f"?environment={environment}"
        return HttpResponse(render_wsdl(address + behind), content_type="text/xml; charset=utf-8")

    async def _operate(self, exchange: Exchange) -> HttpResponse:
        if exchange.method != "POST":
            raise Fault(FaultCode.NOT_WS_I, "messages are sent with POST")
        environment = _environment(exchange)
        exchange.judge_body(limit=LONGEST_MESSAGE)
        if exchange.header("authorization") is None:
            return await self._operate_signed(exchange, environment)
        caller = await find_bearer(self._desk, exchange)
        if caller is None:
            raise Fault(FaultCode.NOT_AUTHENTICATED, "show a living access token")
        with self._admit(exchange, caller):
            envelope, received_at = await self._read(exchange)
            envelope.require_understood(())
            return await self._run(exchange, envelope, Visit(self._desk, exchange, caller), environment, received_at)

    async def _operate_signed(self, exchange: Exchange, environment: Environment) -> HttpResponse:
        """Answer who shows no token: whoever signed the message, where somebody did. Failures are counted by address."""
        failures, source = self._desk.failures, exchange.counted_as
        if not failures.has_room(source, now=time.monotonic()):
            raise Fault(FaultCode.TEMPORARILY_UNAVAILABLE, "too many failures", retry_after=60)
        envelope, received_at = await self._read(exchange)
        envelope.require_understood((SECURITY,))
        try:
            caller, made = await self._desk.threads.run(lambda: self._find_signer(envelope, received_at))
        except Fault:
            failures.take(source, now=time.monotonic())
            raise
        with self._admit(exchange, caller):
            await self._desk.threads.run(lambda: _require_new(made))
            visit = Visit(self._desk, exchange, caller)
            try:
                return await self._run(exchange, made.envelope, visit, environment, received_at)
            except OutageError:
                await self._desk.threads.run(lambda: forget_message(made.digest))
                raise

    def _find_signer(self, envelope: Envelope, at: datetime) -> tuple[Caller, Made]:
        """Return whose registered certificate signed the message a moment ago, and what of it was signed."""
        signed = read_signed(envelope)
        composition = self._desk.composition
        tolerance = timedelta(seconds=composition.settings.clock_tolerance_seconds)
        made = signed.require_made(at=at, tolerance=tolerance)
        caller = composition.signers.find_signer(signed.certificate, at=at)
        if caller is None:
            raise Fault(FaultCode.NOT_AUTHENTICATED, "the certificate signs for nobody here")
        return caller, made

    async def _read(self, exchange: Exchange) -> tuple[Envelope, datetime]:
        _require_xml(exchange)
        raw = await exchange.read_whole()
        return read_envelope(raw), self._desk.composition.clock.now()

    async def _run(
        self, exchange: Exchange, envelope: Envelope, visit: Visit, environment: Environment, received_at: datetime
    ) -> HttpResponse:
        operate = _find_operation(exchange, envelope)
        envelope.drop_comments()
        require_valid(envelope.message)
        call = _Call(visit, envelope.message, environment, received_at)
        try:
            answer = await self._desk.threads.run(lambda: operate(call))
        except ServiceClosedError:
            raise Fault(FaultCode.NOT_AUTHORISED, "check-ins are not among the services of this sender") from None
        return reply_message(answer)


def _tell(exchange: Exchange, refused: Fault) -> None:
    log.warning("web request refused", source=exchange.source, method="SOAP", problem=refused.code.code)


def _register(call: _Call) -> etree._Element:
    _require_declaring(call.visit)
    return _take(call, read_presences(call.message))


def _cancel(call: _Call) -> etree._Element:
    _require_declaring(call.visit)
    return _take(call, read_cancellations(call.message))


def _search(call: _Call) -> etree._Element:
    _require_consulting(call.visit)
    try:
        criteria, page = read_search(call.message)
        found = call.check_ins.search(
            criteria, page, caller=call.caller, environment=call.environment, at=call.received_at
        )
    except SearchNotUsableError as unusable:
        refused = Fault(FaultCode.CONTENT, str(unusable))
        _tell(call.visit.exchange, refused)
        return render_refused_search(call.message, code=refused.code.code, sentence=refused.sentence)
    return render_found(call.message, found)


def _get(call: _Call) -> etree._Element:
    _require_consulting(call.visit)
    wanted = read_wanted_id(call.message)
    seen = call.check_ins.find(wanted, caller=call.caller, environment=call.environment, at=call.received_at)
    return render_one(call.message, seen)


def _take(call: _Call, items: Sequence[Item]) -> etree._Element:
    outcomes = call.check_ins.take(
        items,
        caller=call.caller,
        environment=call.environment,
        channel=ClockingChannel.WS,
        received_at=call.received_at,
    )
    note_refused(
        [codes_of(outcome) for outcome in outcomes],
        caller=call.caller,
        environment=call.environment,
        channel=ClockingChannel.WS,
        received_at=call.received_at,
    )
    registered = [outcome for outcome in outcomes if isinstance(outcome, Registered)]
    seen = {one.registration.id: RegistrationSeen(one.registration) for one in registered if not one.is_shown}
    shown = [one.registration for one in registered if one.is_shown]
    shown += [outcome.registration for outcome in outcomes if isinstance(outcome, Cancelled)]
    if shown:
        seen |= call.check_ins.show(shown, caller=call.caller, environment=call.environment, at=call.received_at)
    return render_taken(call.message, outcomes, seen=seen)


_OPERATIONS: dict[str, tuple[str, Operation]] = {
    f"{{{PROTOCOL}}}RegisterPresencesRequest": ("registerPresences", _register),
    f"{{{PROTOCOL}}}CancelPresencesRequest": ("cancelPresences", _cancel),
    f"{{{PROTOCOL}}}SearchPresencesRequest": ("searchPresences", _search),
    f"{{{PROTOCOL}}}GetPresenceRegistrationRequest": ("getPresenceRegistration", _get),
}


def _find_operation(exchange: Exchange, envelope: Envelope) -> Operation:
    """Return what the body asks for; Fault when the WSDL has no such thing, or the header SOAPAction says another."""
    try:
        name, operate = _OPERATIONS[envelope.message.tag]
    except KeyError:
        raise Fault(FaultCode.NOT_IN_WSDL, "the Body holds no request of this service") from None
    action = (exchange.header("soapaction") or "").strip().strip('"')
    if action not in {"", f"{PROTOCOL}/{name}"}:
        raise Fault(FaultCode.NOT_WS_I, "the header SOAPAction names another operation than the Body")
    return operate


def _require_xml(exchange: Exchange) -> None:
    kind, _, parameters = (exchange.header("content-type") or "").partition(";")
    options = dict(parse_qsl(parameters.replace(" ", "").replace('"', "").lower(), separator=";"))
    if kind.strip().lower() != _TYPE:
        raise Fault(FaultCode.NOT_SOAP, f"a message of SOAP 1.1 is {_TYPE}")
    if options.get("charset", "") not in _CHARSETS:
        raise Fault(FaultCode.MALFORMED, "a message is UTF-8")


def _environment(exchange: Exchange) -> Environment:
    try:
        return _ENVIRONMENTS[_asked_environment(exchange)]
    except KeyError:
        raise Fault(FaultCode.CONTENT, _UNKNOWN_ENVIRONMENT) from None


def _asked_environment(exchange: Exchange) -> str:
    return _asked(exchange).get("environment") or "R"


def _asked(exchange: Exchange) -> dict[str, str]:
    return dict(parse_qsl(exchange.scope["query_string"].decode("ascii", "replace"), keep_blank_values=True))


def _require_new(made: Made) -> None:
    if not remember_message(made.digest, until=made.until):
        raise Fault(FaultCode.NOT_AUTHENTICATED, "this message was taken before: sign each message anew")


def _require_declaring(visit: Visit) -> None:
    if not may_declare(visit.require_delivering().scopes, PURPOSE):
        raise Fault(FaultCode.NOT_AUTHORISED, "scope:presence:declaration:declarant is needed")


def _require_consulting(visit: Visit) -> None:
    if not may_consult(visit.require_caller().scopes, PURPOSE):
        raise Fault(FaultCode.NOT_AUTHORISED, "scope:presence:declaration:consult is needed")
