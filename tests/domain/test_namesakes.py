"""Companies of one name are told apart by their numbers."""

from domain.namesakes import told_apart


def test_a_name_that_nobody_else_has_stands_alone():
    assert told_apart({"0400000045": "Bakery", "0400000144": "Florist"})["0400000144"] == "Florist"


def test_a_name_that_two_have_is_numbered_however_it_is_written():
    assert told_apart({"0400000045": "Bakery", "0400000144": "BAKERY"}) == {
        "0400000045": "Bakery (0400000045)",
        "0400000144": "BAKERY (0400000144)",
    }
