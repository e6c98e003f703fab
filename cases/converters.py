class ReferenceConverter:
    """`2026-45-00012` in an address."""

    regex = r"\d{4}-[0-9AB]{2,3}-\d{5,9}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
