"""Collect the demo's answers, verify them twice, and lay them beside what was planned."""

import os
import shutil
import subprocess
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from commands.authority import utc_now
from commands.demo.declarations import DemoFile, PlannedWork
from commands.demo.delivery import HOST
from commands.demo.installation import USER_NAME, DemoKeys
from domain.answers import AnswerKind
from domain.environments import Tray
from sender.answered import AnsweredDeclaration
from sender.collecting import AfterCollecting, CollectedAnswer, Collector, UnverifiedAnswer
from sender.platform import PlatformTrust
from sender.sessions.contract import RemoteFile
from sender.sessions.sftp_login import SftpConnection
from sender.tables import render_table

ACCEPTED = "accepted"
LATE = "90373-460"


class AnswersWrongError(Exception):
    """The answers are not what a sender may rely on; the message says which and why."""


@dataclass(frozen=True, slots=True)
class AnswerInbox:
    """Where the answers to the demo's own deliveries go and what they are verified against.

    `go_aheads` are the names that they repeat. Whoever walked on delivered for the same sender: answers to that stay at the
    counter, for him to collect.
    """

    folder: Path
    keys: DemoKeys
    server_keys: Path
    sftp_port: int
    go_aheads: Collection[str]
    _of_others: set[str] = field(default_factory=set)

    def collect(self) -> Iterator[CollectedAnswer]:
        """Fetch what is offered now and yield each new answer to the demo's own deliveries.

        Raises AnswersWrongError when a signature does not verify.
        """
        connection = SftpConnection(HOST, self.sftp_port, USER_NAME, self.keys.ssh_key, self.keys.known_hosts, ())
        collector = Collector(
            target=self.folder,
            trust=PlatformTrust.read(self.server_keys / "answers.cert.pem"),
            after=AfterCollecting.KEEP,
            clock=utc_now,
        )
        with connection.connected(passphrase_variable=None) as session:
            for answer in collector.collect(session, trays=(Tray.OUT,), passed_over=self._of_others):
                if isinstance(answer, UnverifiedAnswer):
                    raise AnswersWrongError(f"{answer.name}: {answer.reason}")
                files = [
                    answer.path.with_name(f"{prefix}{answer.name[2:]}") for prefix in (answer.name[:2], "FS", "GO")
                ]
                if answer.content is None or answer.content.file_name not in self.go_aheads:
                    self._of_others.add(answer.name)
                    for file in files:
                        file.unlink(missing_ok=True)
                    continue
                self._verify_by_openssl(answer)
                for file in files:
                    session.remove(RemoteFile(Tray.OUT, file.name))
                yield answer

    def _verify_by_openssl(self, answer: CollectedAnswer) -> None:
        """Verify with OpenSSL alone, where it is installed, as a sender without our tools would."""
        openssl = shutil.which("openssl")
        if openssl is None:
            return
        signature = answer.path.with_name(f"FS{answer.path.name[2:]}")
        decoded = subprocess.run(  # noqa: S603 - the demo's own files
            [openssl, "base64", "-d", "-in", str(signature)],
            check=True,
            capture_output=True,
        )
        verified = subprocess.run(  # noqa: S603
            [
                *(openssl, "cms", "-verify", "-binary", "-inform", "DER", "-content", str(answer.path)),
                *("-out", os.devnull, "-CAfile", str(self.server_keys / "authority.cert.pem")),
            ],
            input=decoded.stdout,
            check=False,
            capture_output=True,
        )
        if verified.returncode != 0:
            raise AnswersWrongError(f"openssl does not verify {answer.path.name}: {verified.stderr.decode().strip()}")


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What became of the demo's declarations, in their order."""

    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str], ...]
    filed: int
    refused: int

    def render(self) -> str:
        """Return the table a person reads."""
        headings = ("declaration", "what it is", "result", "planned", "granted", "code")
        legend = "".join(f"{code}  {sentence}\n" for code, sentence in self.legend)
        return f"{render_table(headings, self.rows)}\n{legend}"


def lay_side_by_side(files: Sequence[tuple[DemoFile, str]], answers: Sequence[CollectedAnswer]) -> DemoOutcome:
    """Return one row for each declaration of the files, whose go-ahead names are given.

    Raises AnswersWrongError when a declaration has no answer, or one that the demo does not expect.
    """
    rows, filed, refused = [], 0, 0
    for file, go_ahead in files:
        notified = _declarations(answers, AnswerKind.NOTIFICATION, go_ahead)
        acknowledged = _declarations(answers, AnswerKind.ACKNOWLEDGEMENT, go_ahead)
        for work in file.work:
            answer = next((one for one in notified if one.reference == work.reference), None)
            if answer is None and acknowledged and acknowledged[0].result != ACCEPTED:
                row = _refused_with_its_file(work, acknowledged[0])
            elif answer is not None:
                row = _notified(work, answer)
            else:
                raise AnswersWrongError(f"declaration {work.reference} of {go_ahead} has no answer")
            filed += row[2] == ACCEPTED
            refused += row[2] != ACCEPTED
            rows.append(row)
    return DemoOutcome(tuple(rows), tuple(sorted(_legend(answers).items())), filed, refused)


def _legend(answers: Sequence[CollectedAnswer]) -> dict[str, str]:
    """Return what each code in the answers means, in the words of the first answer that has it."""
    legend: dict[str, str] = {}
    for answer in answers:
        for declaration in answer.content.declarations if answer.content is not None else ():
            for finding in declaration.findings:
                legend.setdefault(finding.code, finding.label)
    return legend


def _declarations(answers: Sequence[CollectedAnswer], kind: AnswerKind, go_ahead: str) -> list[AnsweredDeclaration]:
    return [
        declaration
        for answer in answers
        if kind_of(answer) is kind and answer.content is not None and answer.content.file_name == go_ahead
        for declaration in answer.content.declarations
    ]


def kind_of(answer: CollectedAnswer) -> AnswerKind:
    """Return which kind of answer the name says it is."""
    return AnswerKind(answer.name.split(".")[1])


def _refused_with_its_file(work: PlannedWork, acknowledged: AnsweredDeclaration) -> tuple[str, ...]:
    codes = ", ".join(finding.code for finding in acknowledged.findings)
    return (work.reference, work.story, "file refused", str(work.hours), "0", codes)


def _notified(work: PlannedWork, answer: AnsweredDeclaration) -> tuple[str, ...]:
    codes = {finding.code for finding in answer.findings}
    nothing = answer.result != ACCEPTED or LATE in codes
    granted = 0 if nothing else work.hours - (answer.exceeding or 0)
    return (work.reference, work.story, answer.result, str(work.hours), str(granted), ", ".join(sorted(codes)))
