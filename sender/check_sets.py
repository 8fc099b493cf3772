"""Judge everything that is about to be sent: names, sets, signatures, payloads, in the counter's order of stages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from domain.answers import AnswerKind
from domain.brussels import brussels_date
from domain.certificates import RegisteredCertificate
from domain.filenames import FileName, Prefix, SetKey
from domain.refusals import Refusal, RefusalCode
from domain.sender_numbers import SenderNumber
from sender.check_reports import CheckedFinding, CheckReport, FileReport, SetReport, Stage
from sender.checking import CHECKED_MESSAGE, PayloadChecker, refused, report_refusals, require_file
from sender.outgoing_names import NamedFile, judge_set, sort_files
from sender.progress import MeteredFile
from sender.signatures import MAX_READ, Signatures, require_readable_signature, require_signed_by

_SIGNER_UNKNOWN = "Whose signature it is was not checked: give --certificate with the one that is registered."
_TRUST = "Whether the counter still trusts the certificate (its authority, revocation) only the counter can tell."


@dataclass(frozen=True, slots=True)
class SetChecker:
    """Judges what a sender is about to send; `certificates` are those that may have signed, None when not said.

    `signatures` says whether sets without FS files go to a counter that asks for none of this sender.
    """

    payloads: PayloadChecker
    sender: SenderNumber | None
    purpose: str | None
    certificates: tuple[RegisteredCertificate, ...] | None
    signatures: Signatures = Signatures.NEEDED

    def check(self, paths: Sequence[Path]) -> CheckReport:
        """Return the report about the files, and the files in the folders, at `paths`. Raises SenderError."""
        found = sort_files(paths, today=brussels_date(self.payloads.at))
        sets = [self._check_misnamed(path, refusals) for path, refusals in found.misnamed]
        for key, files in found.sets.items():
            sets.append(self._check_set(key, files, is_whole=key in found.whole))
        message = self.purpose or CHECKED_MESSAGE
        sets += [SetReport(path.name, (_check_payload(path, self.payloads, message=message),)) for path in found.loose]
        return CheckReport(
            self.payloads.at, tuple(sets), self.payloads.shown, tuple(path.name for path in found.skipped)
        )

    def _check_misnamed(self, path: Path, refusals: Sequence[Refusal]) -> SetReport:
        size = require_file(path)
        report = report_refusals(path, [refused(refusal, Stage.NAME) for refusal in refusals], size=size)
        return SetReport(path.name, (report,))

    def _check_set(self, key: SetKey, files: Sequence[NamedFile], *, is_whole: bool) -> SetReport:
        findings = [*self._judge_owner(key)]
        cancelled = any(file.name.prefix is Prefix.CANCEL for file in files)
        if is_whole and not cancelled and key.purpose != AnswerKind.ACKNOWLEDGEMENT:
            refusals = judge_set(files, environment=key.environment, signatures=self.signatures)
            findings += [refused(refusal, Stage.SET) for refusal in refusals]
        signatures = {file.name.part_index: file.path for file in files if file.name.prefix is Prefix.SIGNATURE}
        reports: list[FileReport] = []
        limits = self.payloads.limits
        for file in sorted(files, key=_order):
            signature = signatures.pop(file.name.part_index, None) if file.name.prefix is Prefix.PAYLOAD else None
            room = limits.forms - sum(report.forms or 0 for report in reports)
            payloads = replace(self.payloads, limits=replace(limits, forms=room))
            reports += self._check_file(file, signature or _beside(file, is_whole=is_whole), payloads)
        reports += [self._check_signature(path, None) for path in signatures.values()]
        return SetReport(str(key), tuple(reports), tuple(findings), _remarks(files))

    def _check_file(self, file: NamedFile, signature: Path | None, payloads: PayloadChecker) -> Iterator[FileReport]:
        match file.name.prefix:
            case Prefix.PAYLOAD:
                name = file.name
                yield _check_payload(file.path, payloads, message=name.key.purpose, parts=name.declared_parts)
                if signature is not None:
                    yield self._check_signature(signature, file)
            case Prefix.GO_AHEAD | Prefix.CANCEL:
                yield FileReport(file.path.name, require_file(file.path))
            case Prefix.SIGNATURE:
                return

    def _judge_owner(self, key: SetKey) -> Iterator[CheckedFinding]:
        if self.sender is not None and key.sender != self.sender:
            sentence = f"the name says sender {key.sender}, you are {self.sender}"
            yield refused(Refusal(RefusalCode.SENDER_NOT_OWNER, sentence), Stage.PLACE)

    def _check_signature(self, path: Path, payload: NamedFile | None) -> FileReport:
        size = require_file(path)
        with path.open("rb") as file:
            signature = file.read(MAX_READ)
        try:
            require_readable_signature(signature)
            if payload is None:
                return FileReport(path.name, size, remarks=("The payload that it signs was not given.",))
            if self.certificates is None:
                return FileReport(path.name, size, remarks=(_SIGNER_UNKNOWN,))
            self._require_signed(payload, signature, self.certificates)
        except Refusal as refusal:
            return report_refusals(path, [refused(refusal, Stage.SIGNATURE)], size=size)
        return FileReport(
            path.name, size, remarks=("The signature is sound, and made with the certificate given.", _TRUST)
        )

    def _require_signed(
        self, payload: NamedFile, signature: bytes, certificates: tuple[RegisteredCertificate, ...]
    ) -> None:
        size = require_file(payload.path)
        doing = f"verifying {payload.path.name}"
        with self.payloads.meter(doing, size) as advance, MeteredFile(payload.path, advance) as content:
            require_signed_by(
                content, signature, owner=certificates[0].sender, certificates=certificates, at=self.payloads.at
            )


def _check_payload(path: Path, payloads: PayloadChecker, *, message: str, parts: int = 1) -> FileReport:
    if message == AnswerKind.ACKNOWLEDGEMENT:
        remark = "A receipt for an answer: only its name was judged."
        return FileReport(path.name, require_file(path), remarks=(remark,))
    return payloads.check(path, message=message, parts=parts)


def _beside(file: NamedFile, *, is_whole: bool) -> Path | None:
    """Return the signature that lies beside a payload given alone; a set judged as a whole has only what was given."""
    if is_whole or file.name.prefix is not Prefix.PAYLOAD:
        return None
    name = FileName(Prefix.SIGNATURE, file.name.key, file.name.parts, file.name.part)
    path = file.path.with_name(str(name))
    return path if path.is_file() else None


def _order(file: NamedFile) -> tuple[int, int]:
    return list(Prefix).index(file.name.prefix), file.name.part_index


def _remarks(files: Sequence[NamedFile]) -> tuple[str, ...]:
    if any(file.name.prefix is Prefix.CANCEL for file in files):
        return ("The TD file cancels the set, unless the counter has taken it over already.",)
    return ()
