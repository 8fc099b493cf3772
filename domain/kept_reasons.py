"""Keep why somebody looks at personal data, without a national number that was typed into it."""

import re

LONGEST_REASON = 200
_NATIONAL_NUMBER = re.compile(r"\d(?:[ .-]?\d){10}")


def kept_reason(typed: str) -> str:
    """Return a reason as it is kept beside a look: eleven digits are hidden, and it is cut to its longest."""
    return _NATIONAL_NUMBER.sub("[number]", typed.strip())[:LONGEST_REASON]
