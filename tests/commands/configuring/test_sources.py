"""`guichet sources` as an operator types it."""

from pathlib import Path

import pytest
from django.conf import settings

from registers.checkins.models import ReferenceSource
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


def test_a_wrong_file_changes_nothing_and_says_what_a_right_one_has(run: Run, companies: Path):
    code, told = run(f"sources load limosa {companies}")
    assert code == 1
    assert "limosa_id,inss,from,until" in told
    assert not ReferenceSource.objects.exists()
