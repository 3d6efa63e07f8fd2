"""What each field does: a resolver takes an actor and plain values, knows nothing of GraphQL, and returns rows.

GraphQL fields, payment webhooks and background jobs are three doors into the same rooms.
"""
