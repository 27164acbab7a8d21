"""Preparing freezes one letter per person chosen, in chunks that can be taken up again after any crash.

Everybody chosen gets a row: whoever cannot be written to is left out or held there, with the reason. Each chunk is
one transaction of letters and cursor together, so a killed worker leaves whole chunks.
"""

from campaigns.preparing.beginning import CannotPrepare, start_preparing
from campaigns.preparing.chunks import prepare_next_chunk

__all__ = ["CannotPrepare", "prepare_next_chunk", "start_preparing"]
