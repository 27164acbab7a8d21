"""What the proof-reader says: a code, a place, what stands there and what should."""

from dataclasses import dataclass

CODES = frozenset(
    {
        "second_accent_missing",  # το κατάστημα μας
        "second_accent_unneeded",  # η παραγγελίά σας
        "accent_missing",  # καλημερα
        "final_nu",  # τη εταιρεία, την μητέρα
        "mixed_register",  # σου and σας in one letter
        "bare_nominative",  # για ο Γιώργος
        "sigma",  # ς inside a word, σ at its end
        "look_alike",  # a Latin A in a Greek word, or the reverse
    }
)


@dataclass(frozen=True, slots=True)
class Remark:
    """`found` stands at `start` to `end` of the text; `code` is one of CODES.

    `suggestion` is what to write instead, empty when only a person knows.
    """

    code: str
    start: int
    end: int
    found: str
    suggestion: str = ""
