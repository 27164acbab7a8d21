"""How to address a person and when to wish them well. Plain Python: no Django, no clock, no network.

Every answer says how sure it is (0 to 1; 1.0 only for what a person typed) and why; below 0.9 a person looks.
"""

from .answers import REASONS, SURE, Answer
from .cases import accusative, genitive, title, vocative
from .decisions import Decision, Overlay, key_of_first_name, key_of_name, key_of_surname, text_of
from .easter import orthodox_easter, western_easter
from .gender import agree, register_pair
from .name_days import FeastDay, NameDays, celebrating, days_to_choose, name_days, names_with_a_feast, rules_on
from .names import NameReading, describe, learn_order
from .occasions import Feast, easter_wish, feast_on, occasions_of, wish_for
from .salutation import opening_of, salutation
from .text import fold
from .transliteration import latin_skeleton, to_elot

__all__ = [
    "REASONS", "SURE", "Answer", "Decision", "Feast", "FeastDay", "NameDays", "NameReading", "Overlay", "accusative",
    "agree", "celebrating", "days_to_choose", "describe", "easter_wish", "feast_on", "fold", "genitive",
    "key_of_first_name", "key_of_name", "key_of_surname", "latin_skeleton", "learn_order", "name_days",
    "names_with_a_feast", "occasions_of", "opening_of", "orthodox_easter", "register_pair", "rules_on", "salutation",
    "text_of", "title", "to_elot", "vocative", "western_easter", "wish_for",
]  # fmt: skip
