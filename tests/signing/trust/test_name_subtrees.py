"""Which names lie in which subtrees, kind by kind."""

from ipaddress import ip_address, ip_network

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.name_constraints import find_name_fault
from signing.name_subtrees import lies_in
from tests.signing.trust.pki import NOON, issue
from tests.signing.trust.shapes import directory, excluding, named_also, permitting

DNS, MAIL, URI = x509.DNSName, x509.RFC822Name, x509.UniformResourceIdentifier
BE, DEMO, UNIT = (NameOID.COUNTRY_NAME, "BE"), (NameOID.ORGANIZATION_NAME, "Demo  Ltd"), (NameOID.SURNAME, "Ann")


@pytest.mark.parametrize(
    ("name", "subtree", "lies"),
    [
        (DNS("a.demo.example"), DNS("demo.example"), True),
        (DNS("DEMO.example"), DNS("demo.EXAMPLE"), True),
        (DNS("a.demo.example"), DNS(".demo.example"), True),
        (DNS("notdemo.example"), DNS("demo.example"), False),
        (DNS("example"), DNS("demo.example"), False),
        (DNS("demo.example"), DNS(""), True),
        (MAIL("ann@demo.example"), MAIL("ann@DEMO.example"), True),
        (MAIL("Ann@demo.example"), MAIL("ann@demo.example"), False),
        (MAIL("ann@demo.example"), MAIL("demo.example"), True),
        (MAIL("ann@a.demo.example"), MAIL("demo.example"), False),
        (MAIL("ann@a.demo.example"), MAIL(".demo.example"), True),
        (MAIL("ann@demo.example"), MAIL(".demo.example"), False),
        (URI("https://demo.example:8443/x"), URI("demo.example"), True),
        (URI("https://a.demo.example/x"), URI("demo.example"), False),
        (URI("https://a.demo.example/x"), URI(".demo.example"), True),
        (x509.IPAddress(ip_address("10.1.2.3")), x509.IPAddress(ip_network("10.0.0.0/8")), True),
        (x509.IPAddress(ip_address("192.0.2.1")), x509.IPAddress(ip_network("10.0.0.0/8")), False),
        (x509.IPAddress(ip_address("::1")), x509.IPAddress(ip_network("10.0.0.0/8")), False),
        (directory(BE, DEMO, UNIT), directory(BE, DEMO), True),
        (directory(BE, DEMO), directory(BE, DEMO, UNIT), False),
        (directory(DEMO, BE), directory(BE, DEMO), False),
        (directory(BE, (NameOID.ORGANIZATION_NAME, " demo LTD ")), directory(BE, DEMO), True),
        (directory(BE), x509.DirectoryName(x509.Name([])), True),
    ],
)
def test_a_name_lies_in_a_subtree_or_not(name: x509.GeneralName, subtree: x509.GeneralName, lies: bool):
    assert lies_in(name, subtree) is lies


@pytest.mark.parametrize(
    ("name", "subtree"),
    [
        (x509.RegisteredID(x509.ObjectIdentifier("1.2.3")), x509.RegisteredID(x509.ObjectIdentifier("1.2"))),
        (URI("urn:demo:1"), URI("demo.example")),
    ],
)
def test_below_a_constraint_that_cannot_be_compared_no_such_name_may_stand(
    name: x509.GeneralName, subtree: x509.GeneralName
):
    signer = issue("Signer", ca=False, extensions=[named_also(name)]).certificate
    for extension in (permitting(subtree), excluding(subtree)):
        root = issue("Root", extensions=[extension]).certificate
        assert "nobody can tell" in (find_name_fault((signer, root), NOON) or "")
        unnamed = issue("Signer", ca=False).certificate
        assert find_name_fault((unnamed, root), NOON) is None


def test_a_signer_without_a_name_keeps_to_every_constraint_of_names():
    root = issue("Root", extensions=[permitting(directory(BE, DEMO))]).certificate
    signer = issue("Signer", ca=False, name=x509.Name([])).certificate
    assert find_name_fault((signer, root), NOON) is None


def test_an_authority_that_certified_its_own_new_key_is_not_bound_by_its_own_constraints():
    root = issue("Root", extensions=[permitting(directory(BE, DEMO))])
    renewed = issue("Root", by=root, name=root.name).certificate
    inside = issue("Signer", ca=False, name=directory(BE, DEMO, UNIT).value).certificate
    assert find_name_fault((inside, renewed, root.certificate), NOON) is None
