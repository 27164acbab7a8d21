"""Preparing freezes one letter per person chosen, in chunks that can be taken up again after any crash.

Everybody chosen gets a row: whoever cannot be written to is left out or held there, with the reason. Each chunk is
one transaction of letters and cursor together, so a killed worker leaves whole chunks. Many people are shared out on
lanes, so that several workers write one campaign.
"""

from campaigns.preparing.beginning import CannotPrepare, start_preparing
from campaigns.preparing.chunks import prepare_next_chunk
from campaigns.preparing.lanes import lanes_of, unwritten_lanes

__all__ = ["CannotPrepare", "lanes_of", "prepare_next_chunk", "start_preparing", "unwritten_lanes"]
