"""Payloads of realistic starts of student work, as large as is asked for, about students who never come back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from domain.brussels import brussels_date, brussels_time
from domain.identifiers import insz
from domain.quarters import Quarter

FORMS_OF_LARGEST = 172_000
"""Forms in 190 MB, the largest payload that is measured."""
_PERIODS = ((7, 1, 7, 31), (8, 3, 8, 31), (9, 1, 9, 25))
_BRANCHES = 300
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\r\n<Dimona xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="Dimona_{quarter}.xsd">\r\n'
)
_FORM = """\
  <Form>
    <Identification>DIMONA</Identification>
    <FormCreationDate>{day}</FormCreationDate>
    <FormCreationHour>{hour}</FormCreationHour>
    <AttestationStatus>0</AttestationStatus>
    <TypeForm>SU</TypeForm>
    <Reference>
      <ReferenceType>1</ReferenceType>
      <ReferenceOrigin>1</ReferenceOrigin>
      <ReferenceNbr>STU-{number:09d}</ReferenceNbr>
    </Reference>
    <DimonaIn>
      <StartingDate>{start}</StartingDate>
      <EndingDate>{end}</EndingDate>
      <PlannedHoursNbr>{hours}</PlannedHoursNbr>
      <EmployerId><NOSSRegistrationNbr>{employer}</NOSSRegistrationNbr></EmployerId>
      <NaturalPerson><INSS>{student}</INSS></NaturalPerson>
      <DimonaFeatures><JointCommissionNbr>XXX</JointCommissionNbr><WorkerType>STU</WorkerType></DimonaFeatures>
      <StudentPlaceOfWork>
        <Denomination>Voorbeeld Winkels NV - filiaal {branch}</Denomination>
        <Address><Street>Kouter</Street><HouseNbr>12</HouseNbr><ZIPCode>9000</ZIPCode><City>Gent</City>
          <Country>150</Country></Address>
      </StudentPlaceOfWork>
    </DimonaIn>
  </Form>
""".replace("\n", "\r\n")


@dataclass(slots=True)
class PayloadWriter:
    """Writes payloads for one employer; students have one start or two, and are never declared again."""

    employer: str
    students: int = 0
    forms: int = 0

    def write(self, path: Path, *, forms: int, at: datetime) -> int:
        """Write a payload of so many forms, created at `at`; return its size in bytes."""
        with path.open("wb") as file:
            file.write(_HEAD.format(quarter=Quarter.of(brussels_date(at))).encode())
            file.writelines(self._forms(forms, at=at))
            file.write(b"</Dimona>\r\n")
            return file.tell()

    def _forms(self, forms: int, *, at: datetime) -> Iterator[bytes]:
        day, hour, year = brussels_date(at), brussels_time(at), at.year + 1
        left = forms
        while left:
            self.students += 1
            student = insz(self.students, born_from_2000=True)
            for first_month, first_day, last_month, last_day in _PERIODS[: min(left, 1 + self.students % 2)]:
                self.forms += 1
                left -= 1
                yield _FORM.format(
                    day=day,
                    hour=hour,
                    number=self.forms,
                    branch=self.forms % _BRANCHES,
                    start=date(year, first_month, first_day),
                    end=date(year, last_month, last_day),
                    hours=120 + self.forms % 350,
                    employer=self.employer,
                    student=student,
                ).encode()
