"""How often a client may ask, and what texts of ranges, scopes and client ids mean."""

import pytest

from channels.web.client_ids import make_client_id, sender_of_client
from channels.web.content_ranges import ContentRange, parse_content_range
from channels.web.idempotency import parse_key
from channels.web.problems import ProblemKind
from channels.web.rate_limits import Buckets
from channels.web.scopes import SCOPES, UnknownScopeError, consulted_purposes, may_declare, parse_scopes, render_scopes
from domain.sender_numbers import SenderNumber
from tests.architecture.repository import ROOT, table_rows


def test_a_bucket_is_empty_after_its_burst_and_fills_again():
    buckets = Buckets(60)
    taken = [buckets.take("client", now=0.0)[0] for _ in range(11)]

    assert taken == [True] * 10 + [False]
    assert buckets.take("other", now=0.0)[0]
    assert buckets.take("client", now=1.0)[0]


def test_what_is_left_is_told():
    buckets = Buckets(60)
    for _ in range(9):
        buckets.take("client", now=0.0)
    _, last = buckets.take("client", now=0.0)
    _, none = buckets.take("client", now=0.0)

    assert (last.limit, last.remaining, last.reset, last.retry_after) == (10, 0, 10, 1)
    assert none.headers == {"RateLimit-Limit": "10", "RateLimit-Remaining": "0", "RateLimit-Reset": "10"}


def test_buckets_of_long_ago_are_forgotten():
    buckets = Buckets(60)
    for number in range(10_001):
        buckets.take(str(number), now=0.0)

    assert len(buckets._buckets) == 10_000


def test_a_range_is_read():
    assert parse_content_range("bytes 10-19/30", length=10) == ContentRange(10, 20, 30)
    assert parse_content_range(None, length=7) == ContentRange(0, 7, 7)


def test_scopes_are_a_closed_list():
    with pytest.raises(UnknownScopeError, match="scope:everything"):
        parse_scopes("scope:everything")


def test_scopes_are_written_in_the_order_of_the_list():
    assert render_scopes(parse_scopes(" ".join(reversed(SCOPES)))) == " ".join(SCOPES)


def test_a_scope_opens_its_own_service_and_action_alone():
    scopes = parse_scopes("scope:dimona:declaration:declarant scope:access:declaration:consult")

    assert (may_declare(scopes, "DIMN"), may_declare(scopes, "ACCS")) == (True, False)
    assert consulted_purposes(scopes) == {"ACCS"}


def test_a_client_id_holds_its_sender():
    client_id = make_client_id(SenderNumber("123456"), bytes(range(16)))

    assert sender_of_client(client_id) == SenderNumber("123456")
    assert len(client_id) == len("self_service_chaman_123456_") + 10


@pytest.mark.parametrize("text", ["self_service_chaman_123456_012345678", "self_service_chaman_12345_0123456789", "x"])
def test_a_client_id_of_another_form_is_none(text: str):
    with pytest.raises(ValueError, match="client id"):
        sender_of_client(text)


def test_a_client_id_needs_enough_randomness():
    with pytest.raises(ValueError, match="random bytes"):
        make_client_id(SenderNumber("123456"), b"short")


def test_an_idempotency_key_comes_with_or_without_quotes():
    assert parse_key('"abc"') == parse_key("abc") == "abc"


def test_problems_have_types_of_their_own():
    assert len({kind.slug for kind in ProblemKind}) == len(ProblemKind)


def test_every_problem_and_scope_is_documented():
    text = (ROOT / "docs" / "reference" / "web-service.md").read_text(encoding="utf-8")
    told = {row[0].strip("`"): row[1] for row in table_rows(ROOT / "docs" / "reference" / "web-service.md")}

    assert {kind.slug: str(int(kind.status)) for kind in ProblemKind}.items() <= told.items()
    assert [name for name in SCOPES if f"`{name}`" not in text] == []
