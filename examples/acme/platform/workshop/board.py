def waiting(defects: list[str]) -> int:
    return len(defects)
