"""The spool: what the database could not take at settlement, kept in files until it can.

`lines` is the format, `places` says where files lie and for which ledger, `files` writes and locks
them, `replaying` books them.
"""
