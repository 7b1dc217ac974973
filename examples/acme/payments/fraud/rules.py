def suspicious(cards: int, rides: int) -> bool:
    return cards > 3 and rides < 2
