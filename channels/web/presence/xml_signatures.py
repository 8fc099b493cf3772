"""Verify an XML signature as the makers of SOAP messages write it, WSS4J among them."""

import copy

from lxml import etree
from signxml.verifier import XMLVerifier

_NAMES = {"ds": "http://www.w3.org/2000/09/xmldsig#", "ec": "http://www.w3.org/2001/10/xml-exc-c14n#"}
_DEFAULT = "#default"
_NAMING_DEFAULT = b'<a xmlns:a="#default"/>'
"""lxml lets libxml2 know of those prefixes alone that some document of the thread has named, whatever for."""


class SignatureVerifier(XMLVerifier):
    """Knows the namespaces to keep that exclusive canonicalisation may list, also for what is signed as a whole.

    The schema of XML signatures takes nothing in a CanonicalizationMethod that it does not know; that list it does not.
    """

    def validate_schema(self, signature: etree._Element) -> None:
        """Raise lxml's DocumentInvalid unless the signature, but for that list, is as its schema says."""
        known = copy.deepcopy(signature)
        for method in known.iterfind("ds:SignedInfo/ds:CanonicalizationMethod", _NAMES):
            for listed in method.findall("ec:InclusiveNamespaces", _NAMES):
                method.remove(listed)
        super().validate_schema(known)  # type: ignore[no-untyped-call]

    def _get_inclusive_ns_prefixes(self, transform_node: etree._Element) -> list[str] | None:
        """Return the prefixes that are listed; none where the list is empty, which libxml2 takes for the default namespace."""
        listed = transform_node.find("ec:InclusiveNamespaces", _NAMES)
        prefixes = [] if listed is None else (listed.get("PrefixList") or "").split()
        if _DEFAULT in prefixes:
            etree.fromstring(_NAMING_DEFAULT)
        return prefixes or None
