"""Writing in a real Chromium: facts are whole things, nobody types a bracket, and no typed word is lost."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, expect

from campaigns.models import GreetingVersion, WordsDraft
from tests.browsing import hear_complaints, log_in
from tests.builders import BODY, ELENI, STAMATIS, make_campaign, make_contact, make_user, make_words

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")


@pytest.fixture
def errors() -> list[str]:
    """What the browser complained of; nothing is allowed."""
    return []


@pytest.fixture
def write(browser: Browser, transactional_db, live_server, errors) -> Callable[..., Page]:
    """Anna's desk with a Christmas greeting of this body, two readers."""
    anna = make_user("anna", role="staff", first_name="Άννα")
    make_contact(STAMATIS, city="Βόλος")
    make_contact(ELENI, city="")

    def opened(body: str = BODY, *, language: str = "en-GB", **options) -> Page:
        campaign = make_campaign(author=anna, template=make_words(by=anna, body=body))
        page = browser.new_context(locale=language, **options).new_page()
        page.set_default_timeout(15_000)
        hear_complaints(page, errors)
        log_in(page, live_server.url, "anna", f"/greetings/{campaign.pk}/write/")
        page.locator("#body").focus()
        return page

    return opened


def words(page: Page) -> str:
    return page.locator("#body").input_value()


def caret(page: Page, at: int, end: int | None = None) -> None:
    page.locator("#body").evaluate(f"field => field.setSelectionRange({at}, {at if end is None else end})")


def place(page: Page) -> list[int]:
    return page.locator("#body").evaluate("field => [field.selectionStart, field.selectionEnd]")


def letter(page: Page) -> Locator:
    return page.frame_locator(".letter-frame iframe:not(.coming)").locator("body")


def test_a_fact_is_deleted_whole_from_either_side_and_comes_back_by_undo(write, errors):
    page = write("Χαίρε {{ όνομα }} και {{ πόλη }}.")
    caret(page, len("Χαίρε {{ όνομα }}"))

    page.keyboard.press("Backspace")
    from_behind = words(page)
    page.keyboard.press("Control+z")
    back = words(page)
    caret(page, len("Χαίρε {{ όνομα }} και "))
    page.keyboard.press("Delete")

    assert from_behind == "Χαίρε  και {{ πόλη }}."
    assert back == "Χαίρε {{ όνομα }} και {{ πόλη }}."
    assert words(page) == "Χαίρε {{ όνομα }} και ."
    assert errors == []


def test_deleting_a_word_leaves_no_half_of_a_fact(write, errors):
    page = write("Χαίρε {{ όνομα }} και")
    caret(page, len("Χαίρε {{ όνομα }} "))

    page.keyboard.press("Control+Backspace")

    assert "{" not in words(page) and "}" not in words(page) and "νομα" not in words(page)
    assert errors == []


def test_arrows_pass_a_fact_in_one_step_and_a_selection_holds_it_whole(write):
    page = write("α{{ όνομα }}ω")
    caret(page, 1)

    page.keyboard.press("ArrowRight")
    passed = place(page)
    page.keyboard.press("Shift+ArrowLeft")
    chosen = place(page)
    caret(page, 0, 5)
    page.locator("#body").dispatch_event("mouseup")

    assert passed == [12, 12]
    assert chosen == [1, 12]
    page.wait_for_function("document.getElementById('body').selectionEnd === 12")


def test_a_fact_with_words_of_ones_own_inside_stays_text_to_be_edited(write):
    page = write("{{ γένος|συμφωνία('έτοιμος', 'έτοιμη', 'έτοιμοι') }}")
    caret(page, len("{{ γένος|συμφωνία('έτοιμος"))

    page.keyboard.press("Backspace")

    assert words(page) == "{{ γένος|συμφωνία('έτοιμο', 'έτοιμη', 'έτοιμοι') }}"


def test_the_button_makes_the_sentence_at_the_caret_optional_and_takes_it_back(write, errors):
    page = write("Καλημέρα. Χαιρετίσματα: {{ πόλη }}. Να είστε καλά.")
    caret(page, len("Καλημέρα. Χαιρ"))
    button = page.get_by_role("button", name="Optional sentence")

    button.click()
    made = words(page)
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()

    assert made == "Καλημέρα. [[ Χαιρετίσματα: {{ πόλη }}. ]] Να είστε καλά."
    assert words(page) == "Καλημέρα. Χαιρετίσματα: {{ πόλη }}. Να είστε καλά."
    assert errors == []


def test_the_desk_says_who_reads_the_letter_without_an_optional_sentence(write):
    page = write("{{ προσφώνηση }}\n\nΧαιρετίσματα: {{ πόλη }}.\n\nΝα είστε καλά.")
    expect(page.locator("#checks")).to_contain_text("1 of 2 gets no letter, because we lack: town.")
    caret(page, len("{{ προσφώνηση }}\n\nΧαιρ"))

    page.get_by_role("button", name="Optional sentence").click()

    expect(page.locator("#checks")).to_contain_text("1 of 2 reads the letter without this sentence")
    expect(page.locator("#checks-count")).to_have_text("1 remark")


def test_without_one_bracket_the_sentence_is_an_ordinary_one(write):
    page = write("[[ Χαιρετίσματα: {{ πόλη }}. ]] Γεια.")
    caret(page, 2)

    page.keyboard.press("Backspace")

    assert words(page) == "Χαιρετίσματα: {{ πόλη }}. Γεια."


def test_bold_list_and_link_need_no_sign_typed(write, errors):
    page = write("καλά Χριστούγεννα\n\nένα\nδύο")
    caret(page, 0, 4)
    page.get_by_role("button", name="Bold").click()
    bold = words(page)
    page.get_by_role("button", name="Bold").click()
    plain = words(page)
    page.locator("#body").evaluate("field => field.setSelectionRange(field.value.indexOf('ένα'), field.value.length)")
    page.get_by_role("button", name="List").click()
    caret(page, 5, 17)
    page.get_by_role("button", name="Link").click()
    page.get_by_label("Where it leads").fill("shop.example/christmas")
    page.get_by_role("button", name="Insert", exact=True).click()

    assert bold.startswith("**καλά** ")
    assert plain == "καλά Χριστούγεννα\n\nένα\nδύο"
    assert words(page) == "καλά [Χριστούγεννα](https://shop.example/christmas)\n\n- ένα\n- δύο"
    assert errors == []


def test_a_fact_is_found_by_a_word_of_what_one_means_and_put_where_the_caret_was(write, errors):
    page = write("Γεια.", language="el-GR")
    caret(page, 4)

    page.keyboard.press("Control+Space")
    page.keyboard.type("πολη")
    page.keyboard.press("Enter")

    expect(page.locator("#body")).to_be_focused()
    assert words(page) == "Γεια {{πόλη}}."
    expect(page.locator(".editor .under mark").last).to_have_text("{{πόλη}}")
    expect(letter(page)).to_contain_text("Γεια Βόλος.")
    assert errors == []


def test_ctrl_s_saves_without_leaving_under_a_greek_layout_too(write, errors):
    page = write()
    page.locator("#body").press("Control+End")
    page.keyboard.type("\n\nΝα είστε καλά.")

    page.locator("#body").evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'σ', code: 'KeyS', ctrlKey: true, bubbles: true, cancelable: true}))"
    )

    expect(page.locator("#saved")).to_contain_text("Saved at")
    assert GreetingVersion.objects.order_by("-number").first().variants.get().body.endswith("Να είστε καλά.")
    expect(page.locator("#body")).to_be_focused()
    assert page.locator("#from-version").input_value() == "2"
    assert not WordsDraft.objects.exists()
    assert errors == []


def test_words_are_kept_as_one_types_and_lie_on_the_desk_after_a_reload(write, errors):
    page = write()
    page.locator("#body").press("Control+End")
    page.keyboard.type("\n\nΜισή πρόταση")
    expect(page.locator("#saved")).to_contain_text("Draft kept at")

    page.reload()

    assert words(page).endswith("Μισή πρόταση")
    expect(page.get_by_text("are not saved yet")).to_be_visible()
    expect(letter(page)).to_contain_text("Μισή πρόταση")
    page.locator("#desk-notes").get_by_role("button", name="Save").click()
    expect(page.get_by_text("The words are saved.")).to_be_visible()
    assert errors == []


def test_words_typed_a_moment_before_the_page_is_left_are_kept(write):
    page = write()
    page.locator("#body").press("Control+End")
    page.keyboard.type("\n\nΤελευταία στιγμή")

    page.get_by_role("link", name="Versions").click()
    page.wait_for_url("**/versions/")
    page.wait_for_timeout(500)  # what the browser sends as it leaves has no answer to wait for

    assert WordsDraft.objects.get().body.endswith("Τελευταία στιγμή")


def test_a_mistake_is_underlined_and_mended_by_a_press(write, errors):
    page = write("{{ προσφώνηση }}\n\nσας σκεφτόμαστε στο κατάστημα μας.\n\n{{ υπογρφή }}")
    expect(page.locator(".under .doubt")).to_have_text("κατάστημα μας")
    expect(page.locator(".under mark.wrong")).to_have_count(1)

    page.get_by_role("button", name="Mend: υπογραφή").click()
    page.get_by_role("button", name="Mend: κατάστημά μας").click()

    assert words(page) == "{{ προσφώνηση }}\n\nσας σκεφτόμαστε στο κατάστημά μας.\n\n{{ υπογραφή }}"
    expect(page.locator("#checks")).to_contain_text("We found nothing to mend.")
    expect(page.locator(".under .doubt, .under .wrong")).to_have_count(0)
    assert errors == []


def test_another_person_reads_the_unsaved_words_and_the_editor_keeps_them(write, errors):
    page = write()
    page.locator("#body").press("Control+End")
    page.keyboard.type(" Ως την Πρωτοχρονιά.")

    page.get_by_role("button", name="Next", exact=True).click()

    expect(letter(page)).to_contain_text("Βλάχου")
    expect(letter(page)).to_contain_text("Ως την Πρωτοχρονιά.")
    expect(page.locator("#palette-head + .count")).to_have_text("Ελένη Βλάχου")
    expect(page.locator("#subject-line")).to_contain_text("Ελένη Βλάχου reads")
    assert words(page).endswith("Ως την Πρωτοχρονιά.")
    page.locator("#q").fill("zzz")
    expect(page.locator("#found")).to_contain_text("We found nobody called")
    assert errors == []


def test_whoever_was_logged_out_keeps_the_words_on_the_page_and_is_told(write):
    page = write()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#body").press("Control+End")
    page.keyboard.type(" Ακόμη εδώ")

    expect(page.locator("#saved")).to_contain_text("You have been logged out", timeout=15_000)
    assert words(page).endswith("Ακόμη εδώ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_full_desk_is_sound_for_axe_and_no_wider_than_the_screen(write, errors, scheme, width):
    page = write(
        "{{ προσφώνηση }}\n\n[[ Χαιρετίσματα: {{ πόλη }}. ]] στο κατάστημα μας {{ υπογρφή }}",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    on_page = [each["id"] for each in Axe().run(page).response["violations"] if each["impact"] in SERIOUS]
    page.keyboard.press("Control+Space")
    in_list = [each["id"] for each in Axe().run(page).response["violations"] if each["impact"] in SERIOUS]

    assert on_page == in_list == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert errors == []


def test_a_group_of_facts_that_was_opened_stays_open_when_the_next_person_comes(write, errors):
    page = write()
    page.locator("#group-who > summary").click()

    page.get_by_role("button", name="Next", exact=True).click()

    expect(page.locator("#palette-head + .count")).to_have_text("Ελένη Βλάχου")
    expect(page.locator("#group-who")).to_have_attribute("open", "")
    assert page.locator("#group-history").get_attribute("open") is None
    assert errors == []


def test_the_answers_of_the_search_go_with_escape_and_leave_the_focus_in_the_field(write, errors):
    page = write()
    page.locator("#q").fill("zzz")
    expect(page.locator("#found")).to_contain_text("We found nobody called")

    page.keyboard.press("Escape")

    expect(page.locator("#found > *")).to_have_count(0)
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("")
    assert errors == []
