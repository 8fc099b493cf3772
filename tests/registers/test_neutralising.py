"""Hours that several rules with a most concern, in any order and however they are divided."""

from collections import Counter
from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from domain.contingent import NeutralisedDays
from registers.student_days.decisions.neutralising import most_taken

RULES = [
    NeutralisedDays(date(2026, 1, 1), date(2026, 3, 31), employer_id=n, most=most)
    for n, most in enumerate([0, 30, 45, 100])
]
A_PERIOD = st.tuples(st.frozensets(st.sampled_from(RULES), min_size=1), st.integers(0, 120))


def taken_in_order(periods: list[tuple[frozenset[NeutralisedDays], int]]) -> list[int]:
    taken, held = [], Counter()
    for concerning, planned in periods:
        taken.append(most_taken(held + Counter({concerning: planned})) - most_taken(held))
        held[concerning] += taken[-1]
    return taken


@given(st.lists(A_PERIOD, max_size=6))
def test_the_rules_take_what_the_narrowest_set_of_them_lets_through(periods):
    hours = Counter()
    for concerning, planned in periods:
        hours[concerning] += planned
    sets = [frozenset(some) for size in range(len(RULES) + 1) for some in combinations(RULES, size)]

    assert most_taken(hours) == min(
        sum(days.most for days in some) + sum(amount for concerning, amount in hours.items() if not concerning <= some)
        for some in sets
    )


@given(st.lists(A_PERIOD, max_size=6), st.randoms(use_true_random=False))
def test_the_sum_that_counts_nowhere_follows_no_order(periods, random):
    shuffled = periods[:]
    random.shuffle(shuffled)

    assert sum(taken_in_order(periods)) == sum(taken_in_order(shuffled))


@given(A_PERIOD, st.integers(0, 120))
def test_one_period_keeps_what_two_of_its_parts_keep(period, part):
    concerning, planned = period
    part = min(part, planned)

    assert sum(taken_in_order([(concerning, part), (concerning, planned - part)])) == sum(taken_in_order([period]))


def test_hours_are_taken_over_by_a_chain_of_rules():
    _, thirty, forty_five, hundred = RULES
    periods = [(frozenset({thirty, forty_five}), 75), (frozenset({forty_five, hundred}), 50), (frozenset({thirty}), 1)]

    assert taken_in_order(periods) == [75, 50, 0]
    assert taken_in_order([(frozenset({thirty, hundred}), 30), (frozenset({thirty}), 30)]) == [30, 30]
