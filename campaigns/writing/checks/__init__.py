"""What a careful reader sees beside the grammar: traces of machines, slips of the keys, selling, promises.

Plain Python over text. A false alarm costs more than a miss: whoever is warned in vain stops reading warnings.
"""

from .findings import Finding, Sides, set_aside
from .invitations import Invitation, invitations_in
from .letter import check_letter, slips
from .selling import sells

__all__ = ["Finding", "Invitation", "Sides", "check_letter", "invitations_in", "sells", "set_aside", "slips"]
