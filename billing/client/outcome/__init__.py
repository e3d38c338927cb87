"""What came back from a provider and what it means: the outcome table and what it is read from."""
