"""Billing: plans that creators pay for, by subscriptions at Stripe, of which a mirror is kept."""
