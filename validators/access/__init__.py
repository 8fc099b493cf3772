"""Judge the forms of a file of access declarations by its structure and by the rules that need no register."""

from validators.access.judging import judge_form, judge_forms

__all__ = ["judge_form", "judge_forms"]
