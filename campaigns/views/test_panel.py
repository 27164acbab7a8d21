"""What the desk shows of test letters: a fresh button, the groups, and what became of the last press."""

from django.http import HttpRequest
from django.utils import timezone

from campaigns.models import Campaign, TestLetter
from campaigns.views.progress import in_mailbox
from campaigns.writing.test_letter_words import told
from campaigns.writing.test_letters import last_test_letters, new_click, saved_groups
from customers.models import Contact

# Looks after a press: every 2 s for a minute. What takes longer is told when somebody asks again.
LOOK_SECONDS, LOOKS = 2, 30
ON_ITS_WAY = {TestLetter.State.READY, TestLetter.State.SENDING}


def test_panel(request: HttpRequest, campaign: Campaign, *, contact: Contact | None) -> dict:
    """The `test` of `_test_letter.html` for the person on the desk."""
    return {
        "contact": contact,
        "click": new_click(),
        "groups": saved_groups(),
        **what_became(request, campaign, look=0),
    }


def what_became(request: HttpRequest, campaign: Campaign, *, look: int) -> dict:
    """A line for each letter of one's own last press; `look` is how often the page has looked since."""
    letters = last_test_letters(campaign=campaign, by=request.user, now=timezone.now())
    states = {letter.state for letter in letters}
    looks_itself = bool(states & ON_ITS_WAY) and look < LOOKS
    return {
        "lines": [told(letter, asker=request.user, in_mailbox=in_mailbox()) for letter in letters],
        "next_look": look + 1 if looks_itself else 0,
        "look_by_hand": not looks_itself and bool(states & {*ON_ITS_WAY, TestLetter.State.RETRY}),
        "look_seconds": LOOK_SECONDS,
    }
