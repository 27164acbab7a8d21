"""Selling inside a wish: prices, discounts, offers, calls to buy, links to a shop.

Two strengths. "selling" is surely an offer, and a wish that sells must say why. "price_like" is a figure that may be
one (20% of the takings for a good cause), and is only shown.
"""

import re
from collections.abc import Iterator

from .findings import Cuts, Finding, folded

# A greeting for an occasion of the house's own may be about anything; every other is a wish.
NO_WISHES = frozenset({"other"})
# Over small letters without accents, so that ΕΚΠΤΩΣΗ is found too; σ stands for ς. Each ends where its word ends.
_GREEK = (
    r"εκπτωσ\w*|εκπτωτικ\w*",
    # «η προσφορά σας στην κοινωνία» praises; «προσφορά μόνο για σήμερα» sells.
    r"(?<!κοινωνικη )(?<!εθελοντικη )(?<!ανιδιοτελη )(?<!πολυτιμη )προσφορ(?:α|εσ|ων|ασ)\b"
    r"(?! (?:σασ|σου|του|τησ|τουσ|των|στην κοινωνια|στον τοπο|στον συνανθρωπο|αγαπησ|ζωησ|αιματοσ)\b)",
    r"κουπονι\w*|δωροεπιταγ\w*|δωροκαρτ\w*|(?:εκπτωτικοσ |προωθητικοσ )κωδικοσ|κωδικο[συ]? (?:εκπτωσ|προσφορ)\w*",
    r"(?:με|για|σε) (?:καθε|οποιαδηποτε|ολεσ τισ) (?:αγορ|παραγγελι)\w*",
    r"(?:με|για) αγορεσ (?:ανω|απο|αξιασ|πανω)",
    r"[12] ?\+ ?1\b|δωρεαν (?:μεταφορικα|αποστολη|παραδοση|δειγμα\w*)",
    r"(?:σε|στισ|με) (?:\w+ )?τιμεσ?\b(?= (?:γνωριμι|προσφορ|εκπληξ|κοστουσ|ευκαιρι|απο|μονο))",
    r"(?:ειδικ|προνομιακ|καλυτερ|χαμηλ|χαμηλοτερ|μοναδικ|εορταστικ)\w{1,4} τιμ(?:η|εσ|ων)\b",
    r"τιμη (?:γνωριμιασ|προσφορασ|ευκαιριασ)|(?:στη )?μιση τιμη\b|μισοτιμησ",
    r"αγοραστε|αγορασε τωρα|ψωνιστε|αποκτηστε",
    r"(?<!να )(?<!μου )παραγγειλτε|παραγγειλε (?:τωρα|σημερα|ονλαιν|online)",
    r"ξεπουλημα\w*|εξοικονομ(?:ηστε|ησε|ειτε)|κερδιστε|εκμεταλλευτειτε|επωφεληθειτε|προλαβετε",
    r"μονο (?:για )?σημερα|μονο για λιγεσ (?:ημερεσ|μερεσ)|μεχρι εξαντλησ\w* (?:των )?αποθεματων",
    r"περιορισμενη διαθεσιμοτητα|νεα συλλογη|νεεσ αφιξεισ|νεα προϊοντα|νεα προιοντα|πακετα? προσφορ\w*",
    r"στο καλαθι (?:σασ|σου)|ηλεκτρονικο (?:μασ )?καταστημα|e-?shop\w*",
    r"ποντουσ (?:επιβραβευσησ|δωρο)|διπλουσ ποντουσ|καρτα (?:μελουσ|πιστοτητασ)",
    r"black friday|cyber monday",
)
_ENGLISH = (
    r"discount(?:s|ed)?|vouchers?|coupons?|promo codes?|promotional|rebates?",
    r"(?<!your )(?<!his )(?<!her )promotions?\b(?! to\b)",
    # "our sales team wishes you well" sells nothing.
    r"(?:on|big|summer|winter|spring|autumn|christmas|holiday|year|flash|clearance|january|easter|our|the|a) sales?\b"
    r"(?! (?:team|department|people|manager|staff|colleague|assistant))|for sale\b",
    r"buy (?:now|one|two|today|online)|shop (?:now|online|today)|order (?:now|online|today|yours)",
    r"add to (?:cart|basket)|special offers?|limited[- ]time|limited offers?",
    r"(?:our|this|an|exclusive|latest|christmas|new|great) offers?\b(?! (?:of|to help))|offer (?:ends|is valid|valid)",
    r"while stocks last|free (?:shipping|delivery|sample)\w*|gift cards?|with (?:every|each|any) (?:purchase|order)",
    r"(?:great|best|hot|amazing|exclusive|special) deals\b|deals of|bargains\b|bargain prices?",
    r"save (?:up to|on|big|money|[€$£]?\d)\w*|half[- ]price",
    r"(?:special|best|low|lower|lowest|great|reduced|our) prices?|prices? (?:from|start|starting|cut)\w*",
    r"black friday|cyber monday|loyalty (?:points|card)|double points",
    r"new (?:collection|arrivals)|(?:online|web) ?(?:shop|store)|e-?shop",
)
_WORDS = {"el": re.compile(rf"\b(?:{'|'.join(_GREEK)})"), "en": re.compile(rf"\b(?:{'|'.join(_ENGLISH)})")}
_MONEY = re.compile(
    r"[€$£] ?\d[\d.,]{0,12}"
    r"|\b\d[\d.,]{0,12} ?(?:€|\$|£|(?:ευρω|λεπτα του ευρω|euros?|eur|usd|dollars?|pounds?)\b)(?:/\w{1,10})?"
)
_PERCENT = re.compile(
    r"(?P<minus>(?<!\w)[-−–] ?)?\b\d{1,3}(?:[.,]\d{1,2})? ?(?:%|τοισ εκατο|per cent\b|percent\b)"
    r"(?P<off> off\b| λιγοτερο| φθηνοτερ\w*)?"
)
# In a sentence about a good cause a sum of money is no price.
_GOOD_CAUSE = re.compile(
    r"συγκεντρω|μαζεψ|μαζευτ|δωρεα\b|δωρισ|εσοδ|ιδρυμα|φιλανθρωπ|υπερ τ|σκοπο|συλλογο|ορφαν|παιδικ|χωριο sos|βοηθησ|"
    r"\braised|donat|charit|proceeds|good cause|hospice|orphan|relief|shelter"
)
_LINKS = re.compile(r"(?:https?://|www\.)[^\s<>()«»“”\"]{1,400}(?<![.,;:!?·])")
_SHOP = re.compile(
    r"shop|store|cart|checkout|basket|product|offer|sale|buy|order|catalog|collection|prosfor|agora|kalathi"
    r"|utm_|coupon|promo|discount"
)
_SENTENCE_EDGE = re.compile(r"[.!;?](?=\s|\]|$)|\n")


def is_wish(occasion: str) -> bool:
    """Tell whether a greeting for this occasion must not sell without saying why."""
    return occasion not in NO_WISHES


def sells(*, subject: str, body: str, language: str) -> tuple[Finding, ...]:
    """Return what offers something for sale, the subject's first, then the body's, each at its place in its own text.

    Findings of the code "selling" want a reason, those of "price_like" do not.
    """
    return (*_sells(subject, language), *_sells(body, language))


def _sells(text: str, language: str) -> Iterator[Finding]:
    plain = folded(text)
    places: list[tuple[int, int, str]] = []
    for link in _LINKS.finditer(plain):
        if _SHOP.search(link.group()):
            places.append((link.start(), link.end(), "selling"))
    # A page in Greek may sell in English: «Black Friday», "sale".
    for words in {_WORDS.get(language, _WORDS["en"]), _WORDS["en"]}:
        places += [(match.start(), match.end(), "selling") for match in words.finditer(plain)]
    sentences = Cuts(plain, _SENTENCE_EDGE)
    strengths: dict[tuple[int, int], str] = {}
    for match in _MONEY.finditer(plain):
        sentence = sentences.around(match.start(), match.end())
        if sentence not in strengths:  # a list of prices may be one sentence as long as the letter
            strengths[sentence] = "price_like" if _GOOD_CAUSE.search(plain, *sentence) else "selling"
        places.append((match.start(), match.end(), strengths[sentence]))
    for match in _PERCENT.finditer(plain):
        cut = match["minus"] or match["off"]
        places.append((match.start(), match.end(), "selling" if cut else "price_like"))
    sold = {sentences.around(start, end) for start, end, code in places if code == "selling"}
    seen = 0
    for start, end, code in sorted(places, key=lambda each: (each[0], each[2] != "selling", -each[1])):
        if start < seen or _inside_piece(text, start):
            continue
        if code == "price_like" and sentences.around(start, end) in sold:
            continue  # the offer beside it says enough
        yield Finding(code, start, end, text[start:end])
        seen = end


def _inside_piece(text: str, place: int) -> bool:
    """Tell whether a place lies between the braces of a placeholder or a tag."""
    opening = max(text.rfind("{{", 0, place), text.rfind("{%", 0, place))
    return opening >= 0 and not ("}}" in text[opening:place] or "%}" in text[opening:place])
