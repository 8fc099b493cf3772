"""Keys with which a search goes on: those that a page in the same order gave, and no others."""

from dataclasses import replace

import pytest

from domain.checkins.searches import Direction, FoundPage, SearchCriteria, SortedBy
from registers.checkins.models import PresenceLook
from registers.checkins.searching import SearchRefusedError, search
from tests.checkin_items import RECEIVED, a_day, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_looking import EMPLOYER, SITES, found


@pytest.fixture(autouse=True)
def three(counter: Counter) -> None:
    counter(a_day(), an_event(), an_event(at=RECEIVED))


@pytest.mark.parametrize("key", ["x", "é", "W10=", "WzEsMiwzXQ=="])
def test_a_key_that_no_page_gave_is_refused(counter: Counter, key):
    with pytest.raises(SearchRefusedError):
        found(counter, page=FoundPage(after=key))


@pytest.mark.parametrize(
    "other",
    [{"sorted_by": SortedBy.CREATION_DATE}, {"sorted_by": SortedBy.INSTANT}, {"direction": Direction.DESCENDING}],
)
def test_a_key_of_another_order_is_refused(counter: Counter, other):
    page = FoundPage(size=2)
    answer = search(SearchCriteria(SITES), page, asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)
    with pytest.raises(SearchRefusedError, match="in this order"):
        found(counter, page=replace(page, after=answer.next_key, **other))


def test_a_row_without_a_number_is_refused_where_a_key_would_find_it(counter: Counter):
    with pytest.raises(SearchRefusedError, match="rows beyond 2 have no number"):
        found(counter, page=FoundPage(2, reach=2))
    assert not PresenceLook.objects.exists()
    assert found(counter, page=FoundPage(3, reach=3)) == []
