"""Tell the counter that an answer arrived: the optional receipt `FI.ACRF` (batch protocol §1.5 and §3.1)."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from domain.answers import AnswerKind
from domain.brussels import brussels_date, brussels_time
from domain.environments import INBOXES
from domain.sender_numbers import SenderNumber
from sender.answer_names import OfferedAnswer
from sender.answered import AnswerContent
from sender.durable_files import write_whole
from sender.sessions.contract import CounterSession, RemoteFile, told_in_sentences
from sender.troubles import ExitCode, SenderError

_RECEIPT = """<?xml version="1.0" encoding="UTF-8"?>
<ACRF xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="ACRF_20231.xsd">
  <Form>
    <Identification>ACRF001</Identification>
    <FormCreationDate>{date}</FormCreationDate>
    <FormCreationHour>{time}</FormCreationHour>
    <AttestationStatus>0</AttestationStatus>
    <TypeForm>FA</TypeForm>
    <FileReference>
      <FileName>{name}</FileName>
    </FileReference>
    <ReceptionResult>
      <ResultCode>1</ResultCode>
    </ReceptionResult>
  </Form>
</ACRF>
"""
_OWN_RECEIPT = f"FI.{AnswerKind.ACKNOWLEDGEMENT}."


@dataclass(frozen=True, slots=True)
class Receipts:
    """Sends one receipt for each answer and keeps it beside the answer, which is how it is never sent twice."""

    sender: SenderNumber
    clock: Callable[[], datetime]

    def send(self, session: CounterSession, answer: OfferedAnswer, content: AnswerContent | None, folder: Path) -> str:
        """Return a remark about what was done; empty when the receipt went out earlier or none is due.

        No receipt is due for an answer about a receipt: that would never end. Raises SenderError when the line is lost.
        """
        name = self.name_for(answer)
        if (folder / name).exists() or (content is not None and content.file_name.startswith(_OWN_RECEIPT)):
            return ""
        receipt = render_receipt(answer, at=self.clock())
        tray = next(tray for tray in INBOXES if tray.environment == answer.environment)
        try:
            with told_in_sentences(f"sending {name}"):
                session.upload(RemoteFile(tray, name), io.BytesIO(receipt), offset=0, size=len(receipt))
        except SenderError as trouble:
            if trouble.exit_code is not ExitCode.REFUSED:
                raise
            return f"the counter does not take its receipt {name}"
        write_whole(folder / name, receipt)
        return f"acknowledged by {name}"

    def name_for(self, answer: OfferedAnswer) -> str:
        """Return the name of the receipt: it carries the date and the sequence of the answer."""
        _, _, day, sequence, environment = answer.key.split(".")
        return f"{_OWN_RECEIPT}{self.sender}.{day}.{sequence}.{environment}"


def render_receipt(answer: OfferedAnswer, *, at: datetime) -> bytes:
    """Return the content of the receipt for `answer`, made `at` that instant; a CO answer is named as its FO."""
    name = escape(f"FO{(answer.content or answer.go_ahead)[2:]}")
    return _RECEIPT.format(date=brussels_date(at), time=brussels_time(at), name=name).encode()
