"""Fares by minute, with a cap a day."""

CAP = 1800


def fare(minutes: int) -> int:
    """Cents for a ride."""
    return min(100 + 15 * minutes, CAP)
