"""Bind the message ACCS: judged by the rules of access declarations, filed in the register of access."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from lxml import etree

from auth.logins import has_keys
from channels.declared.sender_desk import ChannelDesk, UntouchedDesk
from channels.declared.signers import own_of_sender
from domain.access.limits import STANDARD_LIMITS, AccountLimits
from domain.access.services import ServiceGroup
from domain.access_declarations import STANDARD_FILE_LIMITS, FiledForm, FileLimits, JudgedAccessForm
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.languages import Language
from domain.refusals import Refusal, RefusalCode
from domain.tickets import Ticket
from evidence.models import SignatureCheck, Submission
from ingest.messages import JudgedSubmission, Submitted, Tell
from ingest.placing import Locate, place_findings
from ingest.prepared_forms import Prepared
from ingest.render_access import render_access_form
from ingest.render_notification import Told
from registers.access.coverage import covered_entities
from registers.access.declarations.filing import AccessFile, file_forms
from registers.access.declarations.holding import hold_sender
from registers.access.declarations.records import find_accepted, key_digest
from registers.access.declarations.registers import AccessRegister
from registers.access.declarations.sides import DeclaringSide, FilingTime, Stays
from registers.access.models import Entity
from registers.access.sender_services import end_services
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.employed import DeclaredPeriods
from validators.access import judge_form
from validators.schemas import SchemaVersion

_REGISTER_OF = {
    Environment.PRODUCTION: Environment.PRODUCTION,
    Environment.TEST: Environment.TEST,
    Environment.SIMULATION: Environment.TEST,
}
"""A simulation is judged against the test register, and leaves no trace there."""


@dataclass(frozen=True, slots=True)
class AccessMessage:
    """Access declarations (access §8); `lockout_percent` is the share of users that a file may shut out by itself.

    `limits` say how many helpers there may be, `files` how much a file may hold and how far ahead.
    """

    person_keys: PersonKeys
    stays: Stays
    randomness: Callable[[int], bytes]
    lockout_percent: int
    limits: AccountLimits = STANDARD_LIMITS
    files: FileLimits = STANDARD_FILE_LIMITS

    def judge_form(
        self, form: etree._Element, *, index: int, schema: SchemaVersion, submitted: Submitted, is_sound: bool
    ) -> JudgedAccessForm:
        """Return the form with what the rules that need no register find; `is_sound` when its schema has taken it."""
        return judge_form(
            form,
            index=index,
            schema=schema,
            received_on=submitted.received_on,
            is_sound=is_sound,
            ahead_days=self.files.ahead_days,
        )

    def stage(self, form: JudgedAccessForm, *, ticket: Ticket, submitted: Submitted) -> tuple[bytes, Prepared]:  # noqa: ARG002 - the register is told of the form itself
        """Return a line that counts the form, and its ticket."""
        return b"\n", str(ticket)

    def refuse_set(self, forms: Iterable[JudgedAccessForm], *, submitted: Submitted) -> Iterator[Refusal]:
        """Yield ACCS-004, ACCS-002 and ACCS-003 as they are called in an acknowledgement."""
        environment = _REGISTER_OF[submitted.environment]
        count, companies, digests = 0, dict[str, int](), dict[str, bytes]()
        for form in forms:
            count += len(form.declarations)
            if count > self.files.declarations:
                most = self.files.declarations
                yield Refusal(RefusalCode.TOO_MANY_FORMS, f"a file has at most {most} access declarations")
                return
            if form.entity is not None:
                companies.setdefault(form.entity.company, form.index)
            if form.reference is not None:
                digest = key_digest(form, self.person_keys)
                if digests.setdefault(form.reference.number, digest) != digest:
                    yield _used(form.index)
        yield from self._beyond(companies, environment, submitted=submitted)
        known = find_accepted(list(digests), environment=environment, sender=submitted.sender)
        if any(bytes(row.digest) != digests[reference] for reference, row in known.items()):
            yield _used(None)

    def file_alone(self, judged: JudgedSubmission, *, filed_at: datetime) -> Tell:
        """File the submission in the running transaction; return how to tell of its forms.

        It sees what the same sender had filed before: a form that comes twice at once has one answer.
        """
        submitted = judged.submitted
        hold_sender(submitted.sender)
        count = sum(line.count(b"\n") for line in judged.lines)
        forms: list[JudgedAccessForm] = [form for form, _ in judged.read(range(1, count + 1))]
        filed = file_forms(
            forms,
            self.describe_file(submitted),
            register=self.register(submitted.environment),
            time=FilingTime(submitted.received_at, filed_at, brussels_date(filed_at)),
        )
        by_index = {form.index: form for form in filed}
        return partial(_tell, by_index, submitted.language, judged.locate)

    def register(self, environment: Environment) -> AccessRegister:
        """Return the register in which files of an environment are filed."""
        filed_in = _REGISTER_OF[environment]
        return AccessRegister(
            persons=PersonDirectory(self.person_keys, environment=filed_in),
            keys=self.person_keys,
            employments=DeclaredPeriods(),
            desk=(ChannelDesk if environment is Environment.PRODUCTION else UntouchedDesk)(end_services),
            stays=self.stays,
            has_keys=has_keys,
            randomness=self.randomness,
            lockout_percent=self.lockout_percent,
            limits=self.limits,
        )

    def describe_file(self, submitted: Submitted) -> AccessFile:
        """Return what the register is told of the file."""
        environment = _REGISTER_OF[submitted.environment]
        ticket = Submission.objects.values_list("ticket", flat=True).get(pk=submitted.submission_id)
        certificates = SignatureCheck.objects.filter(submission_id=submitted.submission_id).values_list(
            "certificate", flat=True
        )
        own = own_of_sender(submitted.sender, certificates=list(certificates), received_at=submitted.received_at)
        side = DeclaringSide(
            sender=submitted.sender,
            company=submitted.declaring_company,
            file_name=submitted.file_name,
            own_numbers=own.numbers,
            own_addresses=own.addresses,
        )
        return AccessFile(submitted.submission_id, environment, ticket or "", side)

    def _beyond(
        self, companies: dict[str, int], environment: Environment, *, submitted: Submitted
    ) -> Iterator[Refusal]:
        covered = covered_entities(
            submitted.declaring_company,
            environment=environment,
            service_group=ServiceGroup.ACCESS_MANAGEMENT,
            at=submitted.received_at,
        )
        known = set(Entity.objects.filter(pk__in=covered).values_list("company_number", flat=True))
        beyond = [index for company, index in companies.items() if company not in known]
        if beyond:
            sentence = f"form {beyond[0]} declares for a company that gave no mandate to manage its access"
            yield Refusal(RefusalCode.MANDATE_MISSING, sentence)


def _used(index: int | None) -> Refusal:
    where = "" if index is None else f" (form {index})"
    return Refusal(RefusalCode.NAME_ALREADY_RECEIVED, f"a reference stands for other content already{where}")


def _tell(forms: dict[int, FiledForm], language: Language, locate: Locate, index: int, _: Prepared) -> Told:
    """Return what is told of one form: a form of the notification for each of its declarations."""
    form = forms[index]
    wanted = [finding for one in form.declarations for finding in one.findings]
    placed = iter(place_findings(wanted, index, locate))
    declarations = tuple(replace(one, findings=tuple(next(placed) for _ in one.findings)) for one in form.declarations)
    return render_access_form(replace(form, declarations=declarations), language=language)
