"""What one colleague did since they sat down in the review room, and where they go after a decision.

Every view that decides about a letter of the room ends here, so that each of its steps can be taken back there.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from campaigns.models import Campaign, Message
from campaigns.reasons import refusal
from campaigns.review.approval.changes import void_at_once
from campaigns.review.room.decision_words import said as said_words
from campaigns.review.room.pile import LOOK, PILES, leave, next_letter
from campaigns.review.steps import DecisionRefused, Step
from campaigns.running import StepRefused
from customers.models import User

KEPT_STEPS = 20
KEPT_TRAIL = 100


@dataclass
class Sitting:
    """`steps` to undo, `told` what is to be said on the next page, `desk` the letter that lies before them, `trail` the
    letters they looked at, for the way back; `approved` when the letter before them was approved as they saw it. All of
    one campaign: another one begins anew.
    """

    campaign: int = 0
    desk: int = 0
    trail: list[int] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    approved: bool = False

    @classmethod
    def of(cls, request: HttpRequest, campaign_id: int) -> Self:
        kept = cls(**request.session.get("review", {}))
        return kept if kept.campaign == campaign_id else cls(campaign=campaign_id, desk=kept.desk)

    def keep(self, request: HttpRequest) -> None:
        self.steps, self.trail = self.steps[-KEPT_STEPS:], self.trail[-KEPT_TRAIL:]
        if request.session.get("review") != asdict(self):
            request.session["review"] = asdict(self)

    def tell(self, code: str, letter: Message | None, facts: dict[str, Any] | None = None) -> None:
        self.told = {"code": code, "letter": letter.pk if letter else 0, "facts": facts or {}}

    def arrive(self, message_id: int, *, by: User) -> None:
        """A letter is shown: the one before goes back where a colleague may take it."""
        if self.desk and self.desk != message_id:
            leave(self.desk, by=by)
        self.desk = message_id
        if message_id in self.trail:
            del self.trail[self.trail.index(message_id) + 1 :]
        else:
            self.trail.append(message_id)

    def rise(self, *, by: User) -> None:
        """No letter is shown: the one before goes back where a colleague may take it."""
        if self.desk:
            leave(self.desk, by=by)
        self.desk = 0

    def before(self, message_id: int) -> int | None:
        """The letter they looked at before this one."""
        at = self.trail.index(message_id) if message_id in self.trail else 0
        return self.trail[at - 1] if at else None

    def last_words(self, campaign: Campaign, *, by: User) -> str:
        """Say what was just done, once; and on the first page after an approval is gone, that and what happens next."""
        told, self.told = self.told, {}
        said = ""
        if told:
            letter = Message.objects.select_related("contact").filter(pk=told["letter"]).first()
            said = said_words(told["code"], told["facts"], letter=letter)
        was_approved, self.approved = self.approved, campaign.approved_revision is not None
        lost = void_at_once(campaign, by=by) if was_approved and not self.approved else ""
        return f"{said}\n{lost}".strip()  # a line of its own: it is about more than the letter before it

    @classmethod
    def saw(cls, request: HttpRequest, campaign: Campaign) -> None:
        """Keep whether the campaign was approved when one of its letters was shown outside the room."""
        sitting = cls.of(request, campaign.pk)
        sitting.approved = campaign.approved_revision is not None
        sitting.keep(request)


def pile_asked(request: HttpRequest) -> str:
    """The pile the request speaks of, in its form or its address."""
    pile = request.POST.get("pile") or request.GET.get("pile", "")
    return pile if pile in PILES else LOOK


def letter_address(campaign_id: int, message_id: int, pile: str) -> str:
    page = reverse("campaigns:review-letter", args=[campaign_id, message_id])
    return f"{page}?{urlencode({'pile': pile})}"


def room_address(campaign_id: int, pile: str, **more: object) -> str:
    page = reverse("campaigns:review-room", args=[campaign_id])
    return f"{page}?{urlencode({'pile': pile, **more})}"


def after_decision(
    request: HttpRequest,
    letter: Message,
    *,
    step: Step | None = None,
    said: str,
    facts: dict[str, Any] | None = None,
    stay: bool = False,
) -> HttpResponse:
    """Keep the step, note what is to be said, and go to the next letter of the pile; with `stay` to the same one.

    `said` is a code of `decision_words`, `facts` what its sentence needs. A step that changed nothing is not kept.
    """
    pile = pile_asked(request)
    sitting = Sitting.of(request, letter.campaign_id)
    if step is not None and (step.before or step.after):
        sitting.steps.append(step.as_dict())
    sitting.tell(said, letter, facts)
    sitting.keep(request)
    if stay:
        return redirect(letter_address(letter.campaign_id, letter.pk, pile))
    following = next_letter(letter.campaign, pile, by=request.user, after=letter.pk, now=timezone.now())
    if following is None or following == letter.pk:
        return redirect(room_address(letter.campaign_id, pile, end=1))
    return redirect(letter_address(letter.campaign_id, following, pile))


def refused(request: HttpRequest, error: DecisionRefused, *, pile: str = "") -> HttpResponse:
    """Say why nothing was written, and show the letter as it is now."""
    letter = error.letter
    if letter is None:
        messages.error(request, said_words("gone", {}, letter=None))
        return redirect("campaigns:campaign-list")
    if error.code == "campaign":
        return not_in_review(request, letter.campaign)
    sitting = Sitting.of(request, letter.campaign_id)
    held = error.code == "letter" and letter.state == Message.State.HELD
    by = letter.reviewed_by if error.code == "moved" else None
    colleague = str(by) if by is not None and by.pk != request.user.pk else ""
    known = {"moved", "gone", "letter"}
    code = "held" if held else error.code if error.code in known else "letter"
    sitting.tell(code, letter, {"colleague": colleague} if colleague else {})
    sitting.keep(request)
    return redirect(letter_address(letter.campaign_id, letter.pk, pile or pile_asked(request)))


def not_in_review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The letters of this campaign are not read just now: say so on its own page."""
    messages.error(request, refusal(StepRefused("state", campaign), step="review"))
    return redirect("campaigns:campaign-detail", campaign.pk)
