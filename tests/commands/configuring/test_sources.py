"""`guichet sources` as an operator types it."""

from pathlib import Path

import pytest
from django.conf import settings

from registers.checkins.models import ReferenceSource, RegisteredCompany
from registers.persons.numbers import PersonKeys
from tests.commands.configuring.hand_ins import Run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys() -> None:
    path = settings.GUICHET.home / "keys" / "persons.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PersonKeys.generate())


@pytest.fixture
def companies(tmp_path: Path) -> Path:
    path = tmp_path / "companies.csv"
    path.write_text("company,from,until\n0877665502,2020-01-01,\n", encoding="utf-8")
    return path


def test_a_source_is_loaded_listed_and_closed(run: Run, companies: Path):
    code, told = run(f"sources load companies {companies} --environments R")
    assert (code, told) == (0, "R: companies is open, lines: 1; companies and persons to be validated anew: 0\n")
    assert "is replaced" in run(f"sources load companies {companies} --environments R")[1]
    table = run("sources list")[1]
    assert "THE COMPANY DOESN'T EXISTS" in table
    assert "not open: says nothing" in table
    assert run("sources close companies") == (0, "companies says nothing any more in R\n")
    assert run("sources close companies") == (0, "nothing changed: companies is not open\n")


def of_companies(path: Path, count: int) -> Path:
    lines = [f"{number:08d}{97 - number % 97:02d},2020-01-01," for number in range(8_000_000, 8_000_000 + count)]
    path.write_text("\n".join(["company,from,until", *lines, ""]), encoding="utf-8")
    return path


def test_a_file_that_was_cut_off_changes_nothing_unless_it_is_said_to_be_smaller(run: Run, companies: Path):
    run(f"sources load companies {of_companies(companies, 100)} --environments R")
    assert run(f"sources load companies {of_companies(companies, 90)} --environments R")[0] == 0
    code, told = run(f"sources load companies {of_companies(companies, 80)} --environments R")
    assert (code, "has 80 lines and companies knows 90" in told) == (1, True)
    assert (ReferenceSource.objects.get().lines, RegisteredCompany.objects.count()) == (90, 90)
    assert run(f"sources load companies {companies} --environments R --smaller")[0] == 0
    assert RegisteredCompany.objects.count() == 80


def test_a_wrong_file_changes_nothing_and_says_what_a_right_one_has(run: Run, companies: Path):
    code, told = run(f"sources load limosa {companies}")
    assert code == 1
    assert "limosa_id,inss,from,until" in told
    assert not ReferenceSource.objects.exists()
