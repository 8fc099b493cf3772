"""Bound what it costs to write a signed message in its canonical form, before the signature is looked at.

Whoever sends something has it written in that form, known here or not. libxml2 takes time that grows with the square of the
namespaces in scope and of the attributes of an element, and once more with every element and every time that it is written.
"""

from lxml import etree

from channels.web.presence.faults import Fault, FaultCode

MOST_NAMESPACES = 64
"""So many declarations are in force at one element; SOAP programs need a dozen."""
MOST_ATTRIBUTES = 64
MOST_PREFIXES = 16
MOST_ELEMENTS = 64
"""Of SignedInfo; three references with a transform each have some twenty."""
MOST_TRANSFORMS = 2
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_TAKEN = frozenset({EXCLUSIVE, f"{EXCLUSIVE}WithComments"})
_NAMES = {"ds": "http://www.w3.org/2000/09/xmldsig#", "ec": EXCLUSIVE}
_LISTED = f"{{{EXCLUSIVE}}}InclusiveNamespaces"


def require_affordable(message: etree._Element, signed_info: etree._Element) -> None:
    """Raise Fault SOA-01001 unless the canonical form of SignedInfo, and of each part of the message, is soon written.

    It is the exclusive one alone, as the Basic Security Profile asks of SOAP messages (BSP 1.1 R5404, R5423).
    """
    _require_small(signed_info)
    methods = signed_info.findall("ds:CanonicalizationMethod", _NAMES)
    for reference in signed_info.iterfind("ds:Reference", _NAMES):
        transforms = reference.findall("ds:Transforms/ds:Transform", _NAMES)
        if len(transforms) > MOST_TRANSFORMS:
            raise _refused(f"a part is transformed {MOST_TRANSFORMS} times at most")
        methods += transforms
    for method in methods:
        _require_exclusive(method)
    _require_few_names(message)


def _require_small(signed_info: etree._Element) -> None:
    if sum(1 for _ in signed_info.iter()) > MOST_ELEMENTS:
        raise _refused(f"SignedInfo has {MOST_ELEMENTS} elements at most")


def _require_exclusive(method: etree._Element) -> None:
    if method.get("Algorithm") not in _TAKEN or any(child.tag != _LISTED for child in method):
        raise _refused("sign by exclusive canonicalisation alone")
    if any(len((listed.get("PrefixList") or "").split()) > MOST_PREFIXES for listed in method):
        raise _refused(f"{MOST_PREFIXES} prefixes are listed at most")


def _require_few_names(message: etree._Element) -> None:
    """Raise Fault where more is declared at an element, by itself or around it, or where it has more attributes."""
    in_force = 0
    for event, element in etree.iterwalk(message, events=("start", "start-ns", "end-ns")):
        match event:
            case "start-ns":
                in_force += 1
            case "end-ns":
                in_force -= 1
            case _:
                if len(element.attrib) > MOST_ATTRIBUTES:
                    raise _refused(f"an element has {MOST_ATTRIBUTES} attributes at most")
        if in_force > MOST_NAMESPACES:
            raise _refused(f"{MOST_NAMESPACES} namespaces are declared around an element at most")


def _refused(detail: str) -> Fault:
    return Fault(FaultCode.NOT_AUTHENTICATED, detail)
