"""An SMTP server of our own for tests and benchmarks: obedient or nasty by rules, with a ledger of all it
saw.

Run it: `python -m tests.receiver --port 0 --ledger FILE --rules FILE --kept FOLDER`; it prints `{"port":
…}` on stdout. In a test: `with running_receiver(tmp_path) as receiver:` (`tests.receiver.process`). Rules:
`tests.receiver.rules`. What happened: `tests.receiver.ledger`.
"""
