"""Whoever decides something by a conditional UPDATE or a lock shows that two at once end well.

The places are found in the code; each is listed here with the tests that hold two connections between read and write,
or with the reason why there is nobody to race with.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("campaigns", "customers", "greetings_crm")
LOCKS = {"select_for_update", "get_or_create", "update_or_create", "from_queryset"}

HELD = {
    "campaigns/writing/beginning.py:begin_for_feast": "test_two_colleagues_begin_one_greeting_for_a_feast",
    "campaigns/writing/composing.py:changeable_campaign": "test_what_has_begun_is_not_changed_any_more",
    "campaigns/writing/composing.py:set_audience": "test_the_audience_is_what_the_last_of_two_chose_and_both_are_noted",
    "campaigns/writing/composing.py:_note_change": "test_an_edit_that_commits_first_is_not_approved",
    "campaigns/dispatch/by_row.py:RowMail._claim": "test_two_workers_take_one_notice_and_one_sends_it",
    "campaigns/dispatch/by_row.py:RowMail.record": (
        "test_a_holder_slower_than_its_lease_has_the_last_word_about_its_notice"
    ),
    "campaigns/dispatch/by_row.py:RowMail.settle_the_dead": (
        "test_two_sweeps_call_the_notice_of_a_dead_worker_uncertain_once"
    ),
    "campaigns/writing/drafts.py:_keep": (
        "test_two_windows_that_go_on_with_a_draft_at_once_keep_the_first_and_tell_the_other"
    ),
    "campaigns/dispatch/handover.py:_claim": "test_two_workers_claim_one_letter_and_one_wins",
    "campaigns/dispatch/handover.py:_record_sent": "test_what_became_of_a_letter_is_recorded_once",
    "campaigns/dispatch/handover.py:record": "test_a_line_quoted_by_two_letters_keeps_the_time_of_the_first",
    "campaigns/dispatch/handover.py:lay_down": "test_a_letter_laid_down_unsent_waits_again_though_it_was_given_up",
    "campaigns/dispatch/leaving_out.py:leave_out": "test_two_workers_leave_a_letter_out_once",
    "campaigns/dispatch/limits.py:Allowance.give_back": "test_what_is_given_back_meanwhile_is_counted_once",
    "campaigns/dispatch/limits.py:_portion": "test_two_workers_take_the_last_letter_of_a_window_and_one_wins",
    "campaigns/dispatch/sweep.py:settle_dead_holders": "test_two_sweeps_call_a_dead_workers_letter_uncertain_once",
    "campaigns/dispatch/sweep.py:hold_too_late": "test_a_letter_claimed_in_its_last_moment_is_not_held_as_too_late",
    "campaigns/dispatch/sweep.py:heal_campaigns_that_are_over": (
        "test_two_sweeps_bring_a_finished_campaign_with_a_letter_back_once"
    ),
    "campaigns/dispatch/trouble.py:Row._longer": "test_errors_of_two_workers_are_two_in_a_row",
    "campaigns/dispatch/trouble.py:Row._end": "test_a_letter_that_goes_ends_the_row_that_another_worker_makes_longer",
    "campaigns/dispatch/work.py:Lane._wait": "test_a_letter_is_not_put_off_that_another_worker_has_in_hand",
    "campaigns/dispatch/test_letters.py:forget_test_words": "test_words_that_are_forgotten_do_not_leave_half",
    "campaigns/hooks.py:skip_waiting_letters": "test_a_stop_that_commits_first_wins_over_the_hand_over",
    "campaigns/hooks.py:_leaves_again": "test_an_approval_that_waits_for_a_letter_put_back_did_not_see_it",
    "campaigns/hooks.py:put_letters_back": "test_a_campaign_that_begins_while_a_letter_is_put_back_takes_it_along",
    "campaigns/letters.py:frame_of": "test_two_workers_make_one_frame",
    "campaigns/notices.py:raise_alarm_once": "test_an_alarm_raised_by_two_is_one",
    "campaigns/notices.py:see_notice": "test_a_notice_seen_in_two_tabs_keeps_the_hour_of_the_first",
    "campaigns/preparing/beginning.py:start_preparing": "test_two_who_prepare_begin_once",
    "campaigns/preparing/chunks.py:_end": "test_two_workers_end_a_lane_once",
    "campaigns/preparing/chunks.py:_save": "test_two_workers_prepare_one_chunk_once",
    "campaigns/preparing/chunks.py:_finish_preparing": "test_two_workers_end_the_preparing_once",
    "campaigns/review/release.py:ask_release": "test_two_managers_release_many_letters_and_one_is_told",
    "campaigns/review/release.py:release_next_chunk": "test_two_workers_compare_one_chunk_of_a_release_once",
    "campaigns/review/release.py:_leave": "test_two_workers_end_a_release_once",
    "campaigns/review/release.py:_hold": "test_a_letter_set_aside_meanwhile_keeps_its_own_reason",
    "campaigns/review/rewriting.py:rewrite_letters": (
        "test_a_letter_written_anew_twice_at_once_is_whole_and_a_change_for_each"
    ),
    "campaigns/review/rewriting.py:_locked": "test_a_letter_that_is_left_out_meanwhile_is_not_written_anew",
    "campaigns/review/approval/approving.py:approve_campaign": "test_two_managers_approve_and_one_is_told",
    "campaigns/review/by_hand/giving.py:done_by_hand": "test_a_call_noted_by_two_at_once_counts_once",
    "campaigns/review/by_hand/giving.py:give_all_to_hand": (
        "test_a_letter_a_colleague_has_just_taken_in_hand_is_not_given_to_another"
    ),
    "campaigns/review/by_hand/giving.py:take_back_by_hand": "test_a_letter_comes_back_from_a_hand_once",
    "campaigns/review/held.py:_let_leave": "test_what_is_called_off_meanwhile_is_not_given",
    "campaigns/review/held.py:_may_be_given": "test_what_is_called_off_meanwhile_is_not_given",
    "campaigns/review/held.py:_to_give": "test_the_words_of_today_leave_once",
    "campaigns/review/approval/to_the_house.py:give_unread_to_house": (
        "test_a_page_from_before_a_change_gives_nothing_to_the_house"
    ),
    "campaigns/review/approval/asking.py:ask_for_approval": "test_two_who_ask_ask_once",
    "campaigns/review/approval/asking.py:send_back": "test_what_is_approved_at_that_moment_is_not_sent_back",
    "campaigns/review/edits/consent.py:agree_to_edits": "test_a_yes_is_not_to_words_typed_at_the_same_moment",
    "campaigns/review/edits/changing.py:_save_words": (
        "test_of_two_who_type_into_one_letter_the_second_is_told_what_the_first_wrote"
    ),
    "campaigns/review/edits/changing.py:_written": "test_a_tick_for_words_that_are_just_being_changed_is_void",
    "campaigns/review/edits/confirming.py:confirm_finding": "test_what_the_guard_found_is_confirmed_once",
    "campaigns/review/edits/confirming.py:take_back_confirmation": "test_a_confirmation_is_taken_back_once",
    "campaigns/review/edits/changing.py:take_back_edit": (
        "test_a_step_is_not_taken_back_over_what_a_colleague_is_just_typing"
    ),
    "campaigns/review/approval/signing.py:_tell_signers_of": "test_two_sweeps_give_a_signer_one_list",
    "campaigns/review/approval/to_the_house.py:give_to_house": (
        "test_what_has_just_been_approved_is_not_given_to_the_house"
    ),
    "campaigns/writing/composing.py:set_signing": "test_other_signers_chosen_meanwhile_are_not_approved",
    "campaigns/review/room/deciding.py:tick_alike": "test_a_class_ticked_by_two_at_once_is_ticked_by_one",
    "campaigns/review/room/deciding.py:take_back_alike": (
        "test_a_class_untied_while_a_colleague_reads_one_of_it_leaves_theirs"
    ),
    "campaigns/review/room/pile.py:claim": "test_two_colleagues_never_get_the_same_letter",
    "campaigns/review/room/pile.py:leave": "test_a_letter_put_back_late_stays_with_whoever_took_it",
    "campaigns/review/room/pile.py:take_off_pile": "test_a_letter_stopped_while_it_is_taken_to_a_desk_is_on_no_desk",
    "campaigns/review/room/pile.py:back_on_pile": "test_a_letter_put_back_while_it_is_read_keeps_its_reader",
    "campaigns/review/steps.py:letter_to_decide": "test_the_first_of_two_ticks_stands_and_the_other_is_told",
    "campaigns/review/steps.py:decide": "test_a_letter_set_aside_while_a_colleague_ticks_it_is_ticked_by_nobody",
    "campaigns/running.py:start_sending": "test_two_managers_start_sending_and_one_is_told_by_whom",
    "campaigns/running.py:schedule_campaign": "test_another_hour_comes_too_late_for_what_the_sweep_has_begun",
    "campaigns/running.py:pause_campaign": "test_two_people_pause_and_it_is_paused_once",
    "campaigns/running.py:resume_campaign": "test_two_tabs_go_on_and_one_is_told",
    "campaigns/running.py:cancel_campaign": "test_two_people_call_off_and_one_is_told",
    "campaigns/review/comparing.py:compare_next_chunk": "test_two_workers_compare_one_chunk_once",
    "campaigns/review/comparing.py:_read_one_of_each_class": ("test_two_workers_put_one_letter_of_a_class_on_the_pile"),
    "campaigns/running.py:finish_if_done": "test_two_turns_finish_a_campaign_once",
    "campaigns/running.py:change_campaign": "test_two_changes_are_two_revisions",
    "campaigns/running.py:settle_uncertain": "test_two_people_settle_one_uncertain_letter_and_one_is_told",
    "campaigns/writing/test_letters.py:ask_test_letters": "test_two_presses_of_one_button_are_one_letter",
    "campaigns/writing/test_letters.py:save_test_group": "test_two_colleagues_give_a_name_to_one_group",
    "customers/consent.py:allow_letters": "test_two_who_allow_letters_do_it_once",
    "customers/consent.py:suppress_address": "test_leaving_twice_at_the_same_moment_is_one_suppression",
    "customers/imports/applying.py:keep_asker": "test_what_already_comes_in_keeps_its_asker",
    "customers/imports/applying.py:claim": "test_one_list_is_let_in_by_one_of_two",
    "customers/imports/applying.py:keep_hold": "test_a_list_that_is_stopped_goes_no_further",
    "customers/imports/applying.py:stop_batch": "test_two_who_stop_a_list_stop_it_once",
    "customers/imports/contact_rows.py:_find_contacts": (
        "test_a_list_that_comes_in_meanwhile_does_not_write_over_an_answer"
    ),
    "customers/imports/purchase_rows.py:_add_to_totals": (
        "test_lines_added_to_an_invoice_are_added_to_what_a_colleague_typed_meanwhile"
    ),
    "customers/imports/receiving.py:correct": "test_what_is_said_of_a_list_comes_too_late_for_its_rehearsal",
    "customers/imports/receiving.py:give_up": "test_nobody_takes_a_list_that_is_just_being_given_up",
    "customers/imports/rehearsing.py:ask_for_rehearsal": "test_two_who_ask_for_a_rehearsal_ask_once",
    "customers/imports/rehearsing.py:stop_rehearsal": "test_two_who_stop_a_rehearsal_stop_it_once",
    "customers/imports/rehearsing.py:_take": "test_one_list_is_rehearsed_by_one_of_two_workers",
    "customers/imports/rehearsing.py:_keep_hold": "test_a_rehearsal_that_is_stopped_goes_no_further",
    "customers/imports/remembering.py:remember_mapping": "test_columns_confirmed_by_two_lists_are_remembered_once",
    "customers/imports/undoing.py:_undo_contact_rows": (
        "test_what_a_colleague_types_meanwhile_stays_when_a_list_is_taken_back"
    ),
    "customers/login_limit.py:note_failed_login": "test_two_wrong_passwords_at_the_same_moment_count_as_two",
    "customers/login_limit.py:note_login": "test_two_logins_from_one_place_at_the_same_moment_are_one_known_place",
    "customers/name_decisions.py:remember_names": (
        "test_two_decisions_about_one_spelling_are_one_and_the_newest_stands"
    ),
    "customers/products.py:decide_product": "test_two_colleagues_decide_one_product_and_the_second_is_told",
    "customers/products.py:take_back": "test_what_a_colleague_decides_meanwhile_is_not_taken_back",
    "customers/purchases.py:recompute_summaries": "test_two_purchases_of_one_person_are_both_in_the_sum",
    "customers/rereading.py:_next_chunk": "test_reading_names_again_leaves_what_was_typed_at_the_same_moment",
    "customers/services/acquaintance.py:_locked": "test_the_first_of_two_answers_stands_and_the_other_is_told_whose",
    "customers/services/acquaintance.py:mend_name": "test_a_name_settled_by_two_at_once_is_settled_once",
    "customers/services/acquaintance.py:pass_on": "test_passing_twice_in_two_tabs_is_passed_once",
    "customers/services/acquaintance.py:take_back": "test_taking_back_waits_for_the_other_and_leaves_what_they_wrote",
    "customers/services/notes.py:add_note": (
        "test_a_note_written_meanwhile_keeps_its_person_when_the_list_is_taken_back"
    ),
    "customers/services/contacts.py:edit_contact": "test_two_who_type_different_fields_keep_both",
    "customers/services/contacts.py:settle_look": ("test_settling_a_name_does_not_save_over_an_answer_given_meanwhile"),
}
NOBODY_TO_RACE_WITH = {
    "campaigns/dispatch/hint.py:_due": "reads; what it found is claimed one by one",
    "campaigns/preparing/lanes.py:note_comparing": "only says when somebody was last at it; the later of two is right",
    "campaigns/review/comparing.py:_write_likeness": "whoever moved the cursor of the campaign holds its row",
    "campaigns/review/comparing.py:_note": "whoever moved the cursor of the campaign holds its row",
    "campaigns/review/by_hand/giving.py:_letter": "makes a missing row while it holds the campaign",
    "campaigns/review/by_hand/giving.py:give_to_hand": "on a letter that letter_to_decide has locked",
    "campaigns/review/comparing.py:_read_one": "whoever writes letters of a campaign holds its row",
    "campaigns/review/holding.py:hold_what_may_not_leave": "on a letter whose campaign its callers have locked",
    "campaigns/review/rewriting.py:_write_anew": "on letters that _locked has locked",
    "customers/bulk.py:reserve_ids": "numbers of SQLite, which has one writer; PostgreSQL has a sequence",
    "customers/bulk.py:update_rows": "on rows that its callers have locked",
    "customers/examples.py:_products": "fills an empty house",
    "customers/examples.py:make_example_house": "fills an empty house",
    "customers/imports/applying.py:given_back_on_error": "only the holder's own name is in its WHERE",
    "customers/imports/rehearsing.py:_give_back": "only the holder's own name is in its WHERE",
    "customers/imports/undoing.py:_put_back": "on contacts that _undo_contact_rows has locked",
    "customers/rereading.py:_compare": "on contacts that _next_chunk has locked",
    "customers/roles.py:grant_permissions": "after migrating, which is done once at a time",
    "customers/services/acquaintance.py:_put_back_pass": "on a contact that take_back has locked",
}


def decisions(tree: ast.AST, place: str = "") -> Iterator[str]:
    """Yield the function of each call that updates rows of a queryset, locks them, or makes one that is missing."""
    for node in ast.iter_child_nodes(tree):
        inside = place
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inside = f"{place}.{node.name}" if place else node.name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # A queryset's update takes keywords alone, that of a dict or a digest something in its place.
            updates = node.func.attr == "update" and node.keywords and not node.args
            if updates or node.func.attr in LOCKS:
                yield inside
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "UPDATE " in node.value:
            yield inside
        yield from decisions(node, inside)


def found() -> set[str]:
    files = [path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    return {
        f"{path.relative_to(ROOT).as_posix()}:{place}"
        for path in files
        for place in decisions(ast.parse(path.read_text(encoding="utf-8")))
        if place
    }


def held_tests() -> set[str]:
    """Names of the tests that hold one connection while another waits."""
    names = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                called = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                if called & {"held_between", "at_once", "Second"}:
                    names.add(node.name)
    return names


def test_every_conditional_update_is_listed_with_its_test():
    assert found() == HELD.keys() | NOBODY_TO_RACE_WITH.keys()


def test_every_listed_test_holds_two_connections():
    assert set(HELD.values()) <= held_tests()


def test_a_new_conditional_update_is_found():
    code = "class Desk:\n def close(self):\n  Desk.objects.filter(open=True).update(open=False)\n  {}.update({1: 2})"

    assert list(decisions(ast.parse(code))) == ["Desk.close"]
