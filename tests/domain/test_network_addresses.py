from ipaddress import ip_address, ip_network

import pytest

from domain.network_addresses import is_public, may_be_reached
from domain.webhook_addresses import WebhookAddress


@pytest.mark.parametrize(
    ("text", "is_outside"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:4001::1", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("::ffff:8.8.8.8", True),
        ("0.0.0.0", False),  # noqa: S104 - judged, not bound
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::1", False),
        ("2001:0:1::1", False),
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_only_what_lies_outside_is_public(text: str, is_outside: bool):
    assert is_public(ip_address(text)) is is_outside


@pytest.mark.parametrize(
    ("text", "network", "is_allowed"),
    [
        ("127.0.0.1", "127.0.0.0/8", True),
        ("::ffff:127.0.0.1", "127.0.0.0/8", True),
        ("10.1.2.3", "10.1.0.0/16", True),
        ("10.2.2.3", "10.1.0.0/16", False),
        ("::1", "127.0.0.0/8", False),
        ("::1", "::1/128", True),
        ("8.8.8.8", "127.0.0.0/8", True),
    ],
)
def test_a_network_that_is_allowed_lets_its_own_addresses_be_reached(text: str, network: str, is_allowed: bool):
    assert may_be_reached(ip_address(text), allowed={ip_network(network)}) is is_allowed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://receiver.example", "https://receiver.example/"),
        ("https://RECEIVER.example:443/a?b=c", "https://receiver.example/a?b=c"),
        ("https://receiver.example:8443/a", "https://receiver.example:8443/a"),
        ("https://[2a00::1]:8443/", "https://[2a00::1]:8443/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
    ],
)
def test_an_https_address_is_written_in_one_way(text: str, shown: str):
    assert str(WebhookAddress.parse(text)) == shown


def test_the_way_to_an_address_keeps_port_and_target():
    address = WebhookAddress.parse("https://receiver.example:8443/a?b=c")
    assert address.at(ip_address("2a00::1")) == "https://[2a00::1]:8443/a?b=c"
    assert WebhookAddress.parse("https://receiver.example/").at(ip_address("8.8.8.8")) == "https://8.8.8.8/"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "receiver.example",
        "http://receiver.example/",
        "ftp://receiver.example/",
        "https://user@receiver.example/",
        "https://user:word@receiver.example/",
        "https://receiver.example/#part",
        "https://receiver.example\\@inside/",
        "https:///path",
        "https://-receiver.example/",
        "https://receiver..example/",
        "https://receiver.example./",
        "https://réceiver.example/",
        "https://receiver.example:99999/",
        "https://receiver.example:x/",
        "https://[::1/",
        "https://receiver.example/ a",
        "https://receiver.example/\r\nhost:",
        f"https://receiver.example/{'a' * 500}",
    ],
)
def test_whatever_else_is_no_address_of_a_receiver(text: str):
    with pytest.raises(ValueError):
        WebhookAddress.parse(text)
