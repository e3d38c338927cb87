"""Closing months: the verbs, the events they leave, and what counts in a closed month."""
