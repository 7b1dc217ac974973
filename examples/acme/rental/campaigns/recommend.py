def next_ride(history: list[str]) -> str:
    # HACK: the most frequent one is good enough for the trial
    return max(set(history), key=history.count)
