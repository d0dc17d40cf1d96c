"""What cannot be imported, and why: the command line shows both sides."""


class Refusal(Exception):
    """`found` in the source, `expected` instead; both short, for the user's eyes."""

    def __init__(self, found: str, expected: str):
        super().__init__(f"{found}; expected {expected}")
        self.found, self.expected = found, expected
