"""English words for the days of one person, and for what happens between us during the year."""

from functools import partial

from campaigns.writing.starters.starter import starter

_english = partial(starter, "en")

STARTERS = (
    _english(
        "name_day",
        "formal",
        "Our wishes for your name day",
        """
        We wish you joy on your name day, and good health to you and to all who love you.

        Please accept the warm wishes of all of us.
        [[ When you next come in for {{ your_usual_product_accusative }}, we shall be glad to repeat them in person. ]]
        [[ We met {{ first_came }}, and it is good to be able to wish you well by name. ]]

        [[ {{ quotable }} ]] Many happy returns of the day, to you and yours.
        """,
    ),
    _english(
        "name_day",
        "informal",
        "Happy name day[[, {{ first_name }}]]",
        """
        Happy name day. We wish you health, laughter and a feast just the way you like it.

        We hope you spend it with the people you love.
        [[ You brighten {{ our_day_accusative }}; let us brighten this day of yours a little. ]]
        [[ And when you next come, you need not tell us what you want:
        {{ your_usual_product_accusative }}, as always. ]]

        [[ {{ quotable }} ]] All the best from everybody here.
        """,
    ),
    _english(
        "birthday",
        "formal",
        "Our wishes for your birthday",
        """
        We hope that the year now beginning for you holds health, peace and good hours with those you love.

        A birthday is also an occasion for us to say thank you.
        [[ We have known each other for {{ years_with_us }}, and it is a pleasure every time we see you. ]]
        [[ You have become part of {{ our_day_accusative }}. ]]

        [[ {{ quotable }} ]] Many happy returns, and may you spend the day just as you like.
        """,
    ),
    _english(
        "birthday",
        "informal",
        "Happy birthday[[, {{ first_name }}]]",
        """
        Happy birthday. May the year ahead bring you health, pleasant surprises and much of what you wish for.

        Celebrate it the way you like best, with people you love and a large piece of cake.
        [[ It is good to have grown {{ years_with_us }} older in your company. ]]
        [[ Next time, along with {{ your_usual_product_accusative }}, you will get our wishes in person. ]]

        [[ {{ quotable }} ]] With love from everybody here.
        """,
    ),
    _english(
        "thanks",
        "formal",
        "A thank you from all of us",
        """
        Thank you for your purchase [[{{ last_purchase_when }}]] and for the trust you have shown us.
        [[ As it happens, your first one was just about {{ anniversary }} ago. ]]

        We would like to know whether everything is as you expected.
        [[ Are you happy with {{ last_product_accusative }}? ]]
        If something is not right, answer this letter and we will see to it.
        [[ We also owe you an answer. {{ promise_answer }} ]]

        It will be a pleasure to see you again.
        """,
    ),
    _english(
        "thanks",
        "informal",
        "Thank you[[, {{ first_name }}]]",
        """
        Thank you for your purchase [[{{ last_purchase_when }}]]; it is good to know that you trust us.
        [[ As it happens, you first came to us just about {{ anniversary }} ago. ]]

        [[ Is all well with {{ your_last_product_accusative }}? ]]
        If anything is not the way you wanted it, just tell us: a reply to this letter will do, and we will look
        into it.
        [[ We owe you an answer, too. {{ promise_answer }} ]]

        Greetings from everybody here[[, and {{ see_you }}]].
        """,
    ),
    _english(
        "thanks",
        "company",
        "A thank you to all of you",
        """
        Thank you for the trust you have placed in us [[with your purchase {{ last_purchase_when }}]].
        [[ {{ quotable }} ]]

        We hope you found what you needed, and that all of it is as you wanted.
        [[ Are you happy with {{ last_product_accusative }}? ]]
        If something needs putting right, answer this letter and we will take care of it.
        [[ We also owe you an answer. {{ promise_answer }} ]]

        With our regards to all of you.
        """,
    ),
    _english(
        "missed",
        "formal",
        "We have missed you",
        """
        We have missed you, and wanted to write you a few words.
        [[ If we have counted right, it is {{ away_for }} since we last saw you. ]]
        [[ Whenever somebody asks for {{ usual_product_accusative }}, our thoughts turn to you. ]]
        [[ And {{ our_day }} has an empty chair in it now. ]]

        We hope that you and yours are well. If something was not to your liking the last time, we would like to hear
        of it; we will listen carefully.

        It would be a great pleasure to hear from you again.
        """,
    ),
    _english(
        "missed",
        "informal",
        "We have missed you[[, {{ first_name }}]]",
        """
        We have missed you, and wondered how you are.
        [[ If we have counted right, it is {{ away_for }} since we saw you. ]]
        [[ Whenever somebody asks for {{ usual_product_accusative }}, one of us asks whether you have been in. ]]
        [[ And {{ our_day }} is not the same without you. ]]

        We hope all is well, and that you simply have your hands full. If something upset you the last time, do tell
        us; we want to know.

        Send us a line whenever you can.
        """,
    ),
    _english(
        "missed",
        "company",
        "It has been a while",
        """
        You have been on our minds, and we wondered how you are getting on.
        [[ If we have counted right, it is {{ away_for }} since we last worked together. ]]
        We hope that all of you are well.

        If we ever did less well than we should have, we would like to hear it from you.
        [[ We have known each other for {{ years_with_us }}, and your opinion matters. ]]
        [[ There is also an answer that we owed you. {{ promise_answer }} ]]

        A line from you is all it takes to be in touch again.
        """,
    ),
    _english(
        "apology",
        "formal",
        "We apologise",
        """
        Please accept our apology. What happened should not have happened, and the mistake was ours.
        [[ You have trusted us for {{ years_with_us }}, and so it troubles us twice over. ]]

        We are finding out what went wrong and will see to it that it does not happen again.
        [[ We owe you an answer as well. {{ promise_answer }} ]]

        If there is anything we can still put right, answer this letter; a person will read it and reply to you.
        """,
    ),
    _english(
        "apology",
        "informal",
        "We are sorry[[, {{ first_name }}]]",
        """
        We are sorry. We made a mistake, and you deserved better from us.
        [[ You have known us for {{ years_with_us }}, so you know that we do not take this lightly. ]]

        We want to put it right, and to make sure that it does not happen again.
        [[ We owe you an answer as well. {{ promise_answer }} ]]

        If there is more you would like to tell us, answer this letter; we will read it ourselves and write back.
        """,
    ),
    _english(
        "apology",
        "company",
        "Our apologies",
        """
        We apologise for the trouble we have caused you. The responsibility is ours.
        [[ We have worked together for {{ years_with_us }}, and we want to go on deserving it. ]]

        We know that a mistake of ours costs you time in your own work, too, and we are seeing to it that it is
        not repeated.
        [[ We owe you an answer as well. {{ promise_answer }} ]]

        Tell us what would help you most now; if it is in our hands, we will do it.
        """,
    ),
    _english(
        "mourning",
        "formal",
        "Our thoughts are with you",
        """
        Our thoughts are with you these days. We are deeply sorry for your loss, and know that words are of little help.
        [[ We have known you for {{ years_with_us }}, and did not want to stay silent. ]]

        There is no need to answer. If we can be of use in anything, small or large, we are here.

        We wish strength to you and to those close to you.
        """,
    ),
    _english(
        "mourning",
        "informal",
        "Thinking of you",
        """
        You are much in our thoughts these days. We are so sorry for your loss, and know that words do little.
        [[ We have known you for {{ years_with_us }}, and did not want to stay silent. ]]

        Do not feel that you have to answer. But if you need something, whatever it is, tell us.

        Strength to you, and to those close to you.
        """,
    ),
    _english(
        "mourning",
        "company",
        "Our condolences",
        """
        We are deeply sorry for the loss you have suffered. These days our thoughts are with all of you.
        [[ We have worked together for {{ years_with_us }}, and we share your sorrow. ]]

        Whatever there is between us can wait. If there is anything we can take off your hands, a word is enough.

        Our condolences to the family, and to all who work with you.
        """,
    ),
)
