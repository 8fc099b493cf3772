"""Every rule of a Dimona form, in the order in which their findings are told, and which of them a form is asked."""

from functools import lru_cache

from validators.dimona.change_rules import CHANGE_RULES
from validators.dimona.features_rules import FEATURES_RULES
from validators.dimona.header_rules import HEADER_RULES
from validators.dimona.party_rules import PARTY_RULES
from validators.dimona.period_rules import PERIOD_RULES
from validators.dimona.rules import Rule
from validators.dimona.shapes import MAX_SHAPES, Shape

RULES: tuple[Rule, ...] = (*HEADER_RULES, *PARTY_RULES, *CHANGE_RULES, *PERIOD_RULES, *FEATURES_RULES)


@lru_cache(maxsize=2 * MAX_SHAPES)
def rules_for(shape: Shape, worker_type: str | None) -> tuple[Rule, ...]:
    """Return the rules that a form of this shape and kind of worker can break; worked out once for each."""
    return tuple(rule for rule in RULES if rule.is_about(shape, worker_type))
