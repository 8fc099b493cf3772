"""The database says which network holds an address."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError, transaction

from channels.models import Network, NetworkRange

NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)


def a_range(text: str, *, network: str = "Publilink") -> NetworkRange:
    named, _ = Network.objects.get_or_create(name=network)
    return NetworkRange.objects.create(network=named, range=text, added_at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "address", "is_held"),
    [
        ("10.1.0.0/16", "10.1.255.255", True),
        ("10.1.0.0/16", "10.2.0.0", False),
        ("192.0.2.7/32", "192.0.2.7", True),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::/32", "2001:db9::1", False),
        ("0.0.0.0/0", "2001:db8::1", False),
    ],
)
def test_a_range_holds_its_own_addresses_only(text, address, is_held):
    a_range(text)
    assert NetworkRange.objects.filter(range__holds=address).exists() is is_held


@pytest.mark.django_db
def test_a_range_comes_back_as_a_network():
    assert str(NetworkRange.objects.get(pk=a_range("10.1.0.0/16").pk).range) == "10.1.0.0/16"


@pytest.mark.django_db
def test_the_database_refuses_host_bits():
    with pytest.raises(DataError), transaction.atomic():
        a_range("10.1.0.1/16")


@pytest.mark.django_db
def test_a_living_range_is_listed_once_a_network():
    a_range("10.1.0.0/16")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_range("10.1.0.0/16")
