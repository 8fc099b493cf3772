"""The declarations of the demo: three files, with students invented anew at each run so that their contingent is full."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape

from commands.demo.installation import CLIENT_NSSO, OWN_NSSO
from domain.brussels import brussels_date, brussels_time
from domain.identifiers import insz
from domain.quarters import Quarter

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\r\n'
    '<Dimona xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="Dimona_{quarter}.xsd">\r\n'
)
_DAYS = 20
_OVER_LIMIT_HOURS = (600, 120)
_KNOWN_STUDENTS_WORK = ((OWN_NSSO, 380), (CLIENT_NSSO, 220))


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """One declaration as its sender thinks of it; `story` says what is special about it."""

    reference: str
    story: str
    student: str
    employer_nsso: str
    start: date
    end: date
    hours: int


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file of the demo and what happens to it on its way: `is_tampered` breaks it after signing."""

    title: str
    work: tuple[PlannedWork, ...]
    is_tampered: bool = False


def invent_files(*, at: datetime, seed: int, known: str | None = None) -> tuple[DemoFile, ...]:
    """Return the three files: a mixed one, a plain one, and one whose signature will not fit.

    The last two declarations of the plain one are of the student with the number `known`, if one is given.
    """
    students = _Students(seed)
    tomorrow = brussels_date(at) + timedelta(days=1)
    mixed = [_plain(f"A{index:02d}", students.next(), tomorrow, hours=40 + 8 * index) for index in range(1, 9)]
    greedy = students.next()
    for number, (employer, hours) in enumerate(zip((OWN_NSSO, CLIENT_NSSO), _OVER_LIMIT_HOURS, strict=True), start=9):
        story = "same student, second employer" if employer == CLIENT_NSSO else "nearly the whole contingent"
        mixed.append(_work(f"A{number:02d}", story, greedy, employer, tomorrow, hours=hours))
    yesterday = brussels_date(at) - timedelta(days=1)
    mixed.append(_work("A11", "declared a day late", students.next(), OWN_NSSO, yesterday, hours=60))
    mixed.append(_work("A12", "wrong check digit", students.next_mistyped(), OWN_NSSO, tomorrow, hours=60))
    plain = [_plain(f"B{index:02d}", students.next(), tomorrow, hours=30 + 5 * index) for index in range(1, 9)]
    if known is not None:
        plain[-len(_KNOWN_STUDENTS_WORK) :] = [
            _work(f"B{index:02d}", "the student who signs in", known, employer, tomorrow, hours=hours)
            for index, (employer, hours) in enumerate(_KNOWN_STUDENTS_WORK, start=7)
        ]
    broken = [_plain(f"C{index:02d}", students.next(), tomorrow, hours=50) for index in range(1, 5)]
    return (
        DemoFile("plain, overrun, late and a wrong check digit", tuple(mixed)),
        DemoFile("plain", tuple(plain)),
        DemoFile("changed after signing", tuple(broken), is_tampered=True),
    )


def render_dimona(file: DemoFile, *, at: datetime) -> bytes:
    """Return the payload: UTF-8 with CRLF line ends, as senders' programs write it."""
    quarter = Quarter.of(brussels_date(at))
    forms = "".join(_form(work, at=at + timedelta(milliseconds=n)) for n, work in enumerate(file.work))
    return (_HEAD.format(quarter=quarter) + forms + "</Dimona>\r\n").encode()


def tamper(payload: bytes) -> bytes:
    """Return the payload with one hour more in its first declaration, as somebody on the way might change it."""
    return payload.replace(b"<PlannedHoursNbr>50<", b"<PlannedHoursNbr>51<", 1)


def _plain(reference: str, student: str, start: date, *, hours: int) -> PlannedWork:
    return _work(reference, "plain", student, OWN_NSSO, start, hours=hours)


def _work(reference: str, story: str, student: str, employer_nsso: str, start: date, *, hours: int) -> PlannedWork:
    quarter = Quarter.of(start)
    first_of_next = date(quarter.year + quarter.number // 4, quarter.number % 4 * 3 + 1, 1)
    end = min(start + timedelta(days=_DAYS), first_of_next - timedelta(days=1))
    return PlannedWork(reference, story, student, employer_nsso, start, end, hours)


def _form(work: PlannedWork, *, at: datetime) -> str:
    return (
        f"  <Form>\r\n    <Identification>DIMONA</Identification>\r\n"
        f"    <FormCreationDate>{brussels_date(at)}</FormCreationDate>\r\n"
        f"    <FormCreationHour>{brussels_time(at)}</FormCreationHour>\r\n"
        f"    <AttestationStatus>0</AttestationStatus>\r\n    <TypeForm>SU</TypeForm>\r\n"
        f"    <Reference><ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin>"
        f"<ReferenceNbr>{escape(work.reference)}</ReferenceNbr></Reference>\r\n"
        f"    <DimonaIn>\r\n"
        f"      <StartingDate>{work.start}</StartingDate>\r\n      <EndingDate>{work.end}</EndingDate>\r\n"
        f"      <PlannedHoursNbr>{work.hours}</PlannedHoursNbr>\r\n"
        f"      <EmployerId><NOSSRegistrationNbr>{work.employer_nsso}</NOSSRegistrationNbr></EmployerId>\r\n"
        f"      <NaturalPerson><INSS>{work.student}</INSS></NaturalPerson>\r\n"
        f"      <DimonaFeatures><JointCommissionNbr>XXX</JointCommissionNbr><WorkerType>STU</WorkerType>"
        f"</DimonaFeatures>\r\n"
        f"    </DimonaIn>\r\n  </Form>\r\n"
    )


class _Students:
    """Invents national numbers of people born from 2003 to 2008."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invented people, no secret

    def next(self) -> str:
        year, month, day = self._random.randint(3, 8), self._random.randint(1, 12), self._random.randint(1, 28)
        return insz(
            (year * 10_000 + month * 100 + day) * 1_000 + self._random.randint(1, 998),
            born_from_2000=True,
        )

    def next_mistyped(self) -> str:
        number = self.next()
        return f"{number[:9]}{(int(number[9:]) + 1) % 97:02d}"
