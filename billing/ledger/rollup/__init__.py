"""The roll-up: a day's sums beside the transfers they sum up, and what puts a day right."""
