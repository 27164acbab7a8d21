"""English words for the feasts of the calendar."""

from functools import partial

from campaigns.writing.starters.starter import starter

_english = partial(starter, "en")

STARTERS = (
    _english(
        "christmas",
        "formal",
        "A happy Christmas to you",
        """
        We wish you a happy Christmas, with good health, a peaceful house and the people you love around you.

        As the year draws to a close, we would like to say a simple thank you.
        [[ You have trusted us for {{ years_with_us }}, and we do not take that for granted. ]]
        [[ And it is always a pleasure when you ask for {{ your_usual_product_accusative }}. ]]

        [[ {{ quotable }} ]] Enjoy the holidays, and may the New Year begin well for you.
        """,
    ),
    _english(
        "christmas",
        "informal",
        "Merry Christmas[[, {{ first_name }}]]",
        """
        We hope Christmas finds you in good health, with the people you love around you and a little time to rest.

        Looking back on the year, we are glad to have you with us.
        [[ We have known you for {{ years_with_us }} already, and you lift our spirits every time. ]]
        [[ And whenever we reach for {{ your_usual_product_accusative }}, we think of you. ]]

        [[ {{ quotable }} ]] Merry Christmas, and let us catch up soon.
        """,
    ),
    _english(
        "christmas",
        "company",
        "A happy Christmas to all of you",
        """
        We wish you and everybody who works with you a happy Christmas, with good health and some rest after a
        full year.

        Thank you for working with us, and for your trust.
        [[ We have done business together for {{ years_with_us }} now, and that means a great deal to us. ]]

        [[ {{ quotable }} ]] Happy holidays to all of you, and may we go on together in good health.
        """,
    ),
    _english(
        "new_year",
        "formal",
        "Our wishes for the New Year",
        """
        May the New Year bring health to you and yours, and may all that you have set your heart on go well.

        At the start of every year we think of those who place their trust in us, and you are among them.
        [[ We have known each other since {{ first_year }}, and we thank you for every time you chose us. ]]

        [[ {{ quotable }} ]] A happy New Year to you; we hope to see you before long.
        """,
    ),
    _english(
        "new_year",
        "informal",
        "Happy New Year[[, {{ first_name }}]]",
        """
        Happy New Year. May it bring you health, good news and whatever you have been waiting for all this time.

        We are glad to step into another year in your company.
        [[ We met in {{ first_year }}, and have counted you as one of us ever since. ]]

        [[ {{ quotable }} ]] Good luck with whatever you begin this year[[, and {{ see_you }}]].
        """,
    ),
    _english(
        "new_year",
        "company",
        "A good New Year to all of you",
        """
        We wish all of you a good New Year, with health for everybody and work that you enjoy.

        We hope to be of use to you again this year; whatever you need, we are here.
        [[ We have worked together since {{ first_year }}, and it has been a pleasure. ]]

        [[ {{ quotable }} ]] Greetings from all of us to all of you [[{{ in_city }}]].
        """,
    ),
    _english(
        "easter",
        "formal",
        "Our wishes for Easter",
        """
        We wish you a happy Easter, and may the light of these days stay in your home, together with health and peace.

        We hope you find time for some rest as well.
        [[ Your visits brighten {{ our_day_accusative }}, and we thank you for them. ]]

        [[ {{ quotable }} ]] With warm greetings to you and to everybody at your table.
        """,
    ),
    _english(
        "easter",
        "informal",
        "Happy Easter[[, {{ first_name }}]]",
        """
        Happy Easter. Enjoy these days, in good health and with everybody you love around the same table.

        Along with our wishes comes a thank you, as simple as that.
        [[ You are part of {{ our_day_accusative }}, you know. ]]

        [[ {{ quotable }} ]] May we all meet again next year, in the same good company.
        """,
    ),
    _english(
        "easter",
        "company",
        "Our wishes for Easter",
        """
        We wish you, your people and their families good health and a happy Easter.

        Thank you for your trust, and for making things easy between us.
        [[ We first worked together {{ first_came }}, and we are glad of all that has come of it. ]]

        [[ {{ quotable }} ]] When the holidays are over, we look forward to taking up where we left off.
        """,
    ),
    _english(
        "western_easter",
        "formal",
        "A happy Easter to you",
        """
        We wish you a happy Easter, with joy, health and rest in your home.

        We wanted our wishes to find you on your own feast day.
        [[ We have known you for {{ years_with_us }}, and are grateful for all that you have entrusted to us. ]]

        [[ {{ quotable }} ]] Have a lovely time with those you love.
        """,
    ),
    _english(
        "western_easter",
        "informal",
        "Happy Easter[[, {{ first_name }}]]",
        """
        Happy Easter to you and yours. May it bring you joy, health and a table full of people you love.

        We did not want your feast to go by without a word from us.
        [[ You found us in {{ first_year }}, and we are still glad that you did. ]]

        [[ {{ quotable }} ]] Have a wonderful time, and tell us how it was.
        """,
    ),
    _english(
        "western_easter",
        "company",
        "Happy Easter to all of you",
        """
        We wish all of you and your families an Easter with joy and a good rest from work.

        We wanted our wishes to reach you in time, for your own holidays.
        [[ After {{ years_with_us }} of working together, it is always a pleasure to write to you. ]]

        [[ {{ quotable }} ]] We look forward to hearing from you when you are back.
        """,
    ),
)
