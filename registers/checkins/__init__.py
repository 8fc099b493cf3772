"""The register of check-ins: who was present at which work place, on which day or from when to when."""
