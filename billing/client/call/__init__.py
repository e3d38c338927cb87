"""One billed call from its arguments to its receipt, as a generator of steps that does no I/O.

`machine` takes the decisions, `attempts` those under a hold; `steps` says what a driver performs,
`plan` and `prices` what is asked for and what it costs, `settling` the two moments at the ledger.
"""
