"""The dry run: calls that go out as the bare client sends them, weighed and written down."""
