"""A form that is refused harms none of the forms beside it, whichever way its file is filed."""

import pytest

from tests.counter_bench import CounterBench, change_payloads
from tests.dimona_files import a_payload, an_in, an_in_of


@pytest.mark.parametrize("large_bytes", [1, 1_000_000], ids=["as sets", "one after the other"])
def test_work_without_an_hour_is_refused_and_harms_no_neighbour(bench: CounterBench, large_bytes: int):
    change_payloads(bench, large_bytes=large_bytes)
    nothing = an_in_of("EXT", start="2026-07-02", end="2026-07-02", from_hour="0800", to_hour="0800")

    _, notifications = bench.answers_to(a_payload(nothing, an_in(insz="06020300277"), nothing))

    assert notifications[0].texts("ResultCode") == ["0", "1", "0"]
    assert notifications[0].codes == ["00778-345", "00778-345"]
