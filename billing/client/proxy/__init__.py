"""What stands in for the user's SDK client: images are billed, all else passes or is refused."""
