"""An address counts as itself, and one of IPv6 as its network."""

import pytest

from domain.counted_sources import counted_source


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_an_ipv6_source_counts_as_its_network_and_an_ipv4_one_as_itself(address: str, source: str):
    assert counted_source(address) == source


@pytest.mark.parametrize("text", ["", "unknown", "/run/portal.sock"])
def test_what_is_no_address_is_none(text: str):
    with pytest.raises(ValueError, match="IPv4 or IPv6"):
        counted_source(text)
