def label(order):
    return f"Order {order.number}"
