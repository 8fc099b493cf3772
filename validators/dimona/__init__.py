"""Judge the forms of a Dimona payload by its structure and by the rules that need no register."""

from validators.dimona.judging import judge_form, judge_forms
from validators.dimona.statements import DimonaRuleSettings

__all__ = ["DimonaRuleSettings", "judge_form", "judge_forms"]
