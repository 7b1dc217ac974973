def count(item):
    return item.count
