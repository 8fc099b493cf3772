"""The only place that holds national numbers; everything else knows a person by an opaque id."""
