"""Who may sign in at the mock provider: invented people, with numbers whose check digits are sound."""

from dataclasses import dataclass

from domain.identifiers import insz


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person; without a national number only a foreign means or a foreign itsme account knows him."""

    key: str
    given_name: str
    family_name: str
    birth_date: str
    national_number: str | None
    person_identifier: str | None = None

    @property
    def subject(self) -> str:
        """What the provider calls this person towards us."""
        return f"mock-{self.key}"


ITSME_PEOPLE = (
    Person("an", "An", "Peeters", "1985-07-30", insz(850730033, born_from_2000=False)),
    Person("luc", "Luc", "Dubois", "1972-02-11", insz(720211151, born_from_2000=False)),
    Person("heidi", "Heidi", "Schmitz", "1990-11-05", insz(901105268, born_from_2000=False)),
    Person("noor", "Noor", "Janssens", "2006-03-19", insz(60319112, born_from_2000=True)),
    Person("tom", "Tom", "de Vries", "1988-05-14", None),
)
EIDAS_PEOPLE = (
    Person(
        "marie", "Marie", "Laurent", "1979-09-23", insz(792923318, born_from_2000=False), "FR/BE/5f1c7a90-marie-laurent"
    ),
    Person("jan", "Jan", "Kowalski", "1994-01-08", None, "PL/BE/94010812345"),
    Person("elena", "Elena", "Rossi", "1983-12-02", None, "IT/BE/RSSLNE83T42H501X"),
)
