"""A statement of sums: bucket by bucket against the month's sums."""
