"""The inbox: what Medusa reports about orders, and how it becomes rows of Medusa Order.

An event is only a hint that an order has changed; the order itself is read from Medusa. So it does not matter
if events arrive twice, in another order, or not at all.
"""
