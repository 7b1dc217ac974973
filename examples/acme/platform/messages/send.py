def send(to: str, text: str) -> bool:
    return bool(to) and bool(text)
