"""Shadow calls: what billing would have made of calls that went out unbilled, by `dry_run=True`.

`lines` is the format, `files` appends and reads it, `summary` adds a month up. Nothing here is part
of the books.
"""
