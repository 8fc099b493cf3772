"""Payloads of realistic starts of student work, as large as is asked for, about new students or also known ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from commands.bench.national_numbers import national_number
from domain.brussels import brussels_date, brussels_time
from domain.quarters import Quarter

FORMS_OF_LARGEST = 172_000
"""Forms in 190 MB, the largest payload that is measured."""
_PERIODS = ((7, 1, 7, 31), (8, 3, 8, 31))
_PERIODS_OF_KNOWN = ((2, 1, 2, 26), (5, 3, 5, 31))
"""What those declare whom the register knows: between the periods that they have there, with this employer too."""

_NEW_AND_KNOWN = 4
"""Of so many students in a row half are known, and of both halves one has one start and one has two."""

_LIMIT = 650
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
    """Writes payloads for one employer; students have one start or two, and are never declared again.

    While `known` numbers are given, every second student is the next of these, who have `room` hours left in the year of
    the starts; what they plan is scaled to it, so that as many plan too much as of the new ones.
    """

    employer: str
    students: int = 0
    forms: int = 0
    known: Sequence[str] = ()
    room: int = _LIMIT
    taken: int = 0

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
            student, periods, room = self._next_student()
            for first_month, first_day, last_month, last_day in periods[: min(left, 1 + self.students % 2)]:
                self.forms += 1
                left -= 1
                yield _FORM.format(
                    day=day,
                    hour=hour,
                    number=self.forms,
                    branch=self.forms % _BRANCHES,
                    start=date(year, first_month, first_day),
                    end=date(year, last_month, last_day),
                    hours=(120 + self.forms % 350) * room // _LIMIT,
                    employer=self.employer,
                    student=student,
                ).encode()

    def _next_student(self) -> tuple[str, Sequence[tuple[int, int, int, int]], int]:
        """Return the number of the next student, the periods he has, and the hours he has left."""
        if not self.known or self.students % _NEW_AND_KNOWN < _NEW_AND_KNOWN // 2:
            return national_number(self.students), _PERIODS, _LIMIT
        self.taken += 1
        return self.known[self.taken - 1], _PERIODS_OF_KNOWN, self.room
