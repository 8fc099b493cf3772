"""Groups of countries that rules speak of, by their codes (ISO 3166-1). Values only."""

EU_COUNTRIES = frozenset(
    [
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    ]
)
"""Members of the European Union."""

EEA_COUNTRIES = EU_COUNTRIES | {"IS", "LI", "NO"}
"""Where eIDAS holds: the European Economic Area."""
