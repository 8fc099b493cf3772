"""What is counted is said in the singular for one, and for nothing else."""

import pytest

from domain.counted_words import counted


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 letters are"), (1, "1 letter is"), (2, "2 letters are"), (12_000, "12,000 letters are")]
)
def test_one_is_said_in_the_singular(number: int, told: str) -> None:
    assert counted(number, "letter is", "letters are") == told
