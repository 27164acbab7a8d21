import pytest

from campaigns.letters import frame_of, make_frame
from campaigns.models import GreetingVersion
from tests.builders import make_campaign, make_user, make_words

pytestmark = pytest.mark.django_db


def campaign_in(design: str):
    template = make_words(by=make_user())
    template.versions.update(design=design)
    return make_campaign(template=template)


@pytest.mark.parametrize("design", GreetingVersion.Design.values)
def test_the_letters_of_a_campaign_are_drawn_as_its_words_ask(design):
    frozen = frame_of(campaign_in(design), language="el", manner="formal")

    drawn = make_frame(language="el", manner="formal", design=design)
    assert (frozen.html_head, frozen.html_foot) == (drawn.html_head, drawn.html_foot)


def test_a_card_and_a_plain_letter_are_not_the_same():
    assert make_frame(language="el", manner="formal") == make_frame(language="el", manner="formal", design="card")
    assert make_frame(language="el", manner="formal").html_head != (
        make_frame(language="el", manner="formal", design="plain").html_head
    )
