// The bar above the text: bold, italic, list, link, optional sentence. Nobody types a star or a bracket.
"use strict";

(() => {
  const bar = document.querySelector(".toolbar");
  if (!bar || !desk.writable) return;
  const { body } = desk;
  bar.hidden = false;

  const isMark = { "*": (stars) => stars % 2 === 1, "**": (stars) => stars > 1 };
  // The selection without blanks at its ends; a bare caret takes the word or the chip it stands at.
  function chosen() {
    const { value } = body;
    let { selectionStart: start, selectionEnd: end } = body;
    if (start === end) {
      const chip = desk.chips(value).find((one) => one.start <= start && start <= one.end && one.kind === "fact");
      if (chip) return [chip.start, chip.end];
      start -= value.slice(0, start).match(/[\p{L}\p{M}\p{N}]*$/u)[0].length;
      end += value.slice(end).match(/^[\p{L}\p{M}\p{N}]*/u)[0].length;
      return [start, end];
    }
    while (start < end && /\s/.test(value[start])) start += 1;
    while (end > start && /\s/.test(value[end - 1])) end -= 1;
    return [start, end];
  }
  function wrap(mark) {
    const [start, end] = chosen();
    const { value } = body;
    const stars = value.slice(0, start).match(/\**$/)[0].length;
    const words = value.slice(start, end);
    if (isMark[mark](stars) && value.startsWith(mark, end)) {
      desk.replace(body, start - mark.length, end + mark.length, words);
      body.setSelectionRange(start - mark.length, end - mark.length);
    } else {
      desk.replace(body, start, end, mark + words + mark);
      body.setSelectionRange(start + mark.length, end + mark.length);
    }
  }
  function list() {
    const { value } = body;
    const start = value.lastIndexOf("\n", body.selectionStart - 1) + 1;
    const stop = value.indexOf("\n", Math.max(body.selectionEnd - 1, start));
    const end = stop < 0 ? value.length : stop;
    const lines = value.slice(start, end).split("\n");
    const written = lines.filter((line) => line.trim());
    const isList = written.length > 0 && written.every((line) => line.startsWith("- "));
    const text = lines.map((line) => (isList ? line.replace(/^- /, "") : line.trim() ? `- ${line}` : line)).join("\n");
    desk.replace(body, start, end, text || "- ");
  }

  // --- Optional sentences ---
  const around = (at) => desk.optionals(body.value).find(({ open, close }) => open.start <= at && at <= close.end);
  const ENDS = /[.!;?…\u037e·]/;
  // The sentence at a place: from behind the last stop to its own stop, on one line, without its blanks.
  function sentence(place) {
    const { value } = body;
    // Right behind a stop one still means the sentence one has just written.
    const written = /[.!;?…\u037e][»”"*)]*[ \t]*$/.exec(value.slice(0, place));
    const at = written && /^(\s|$)/.test(value.slice(place)) ? written.index : place;
    const chips = desk.chips(value).filter((chip) => chip.kind === "fact");
    const held = (spot) => chips.some((chip) => chip.start <= spot && spot < chip.end);
    const stops = (spot) => value[spot] === "\n"
      || (ENDS.test(value[spot]) && value[spot] !== "·" && !held(spot) && /^[»”"*)]*(\s|$)/.test(value.slice(spot + 1)));
    let start = at;
    while (start > 0 && !stops(start - 1)) start -= 1;
    let end = Math.max(at, start);
    while (end < value.length && !stops(end)) end += 1;
    if (end < value.length && value[end] !== "\n") end += 1;
    while (end < value.length && /[»”")]/.test(value[end])) end += 1;
    while (start < end && /[\s»”"]/.test(value[start])) start += 1;
    while (end > start && /\s/.test(value[end - 1])) end -= 1;
    return [start, end];
  }
  function optional() {
    const { selectionStart, selectionEnd, value } = body;
    const pair = around(selectionStart) || around(selectionEnd);
    if (pair) {
      desk.unwrap(body, pair);
      return;
    }
    const [start, end] = selectionStart === selectionEnd ? sentence(selectionStart) : chosen();
    const words = value.slice(start, end).replace(/\s*(\[\[|\]\])\s*/g, " ").trim();
    if (!words) {
      body.focus();
      return;
    }
    desk.replace(body, start, end, `[[ ${words} ]]`);
    // Chosen words stay chosen; whoever was writing goes on behind the sentence.
    if (selectionStart !== selectionEnd) body.setSelectionRange(start + 3, start + 3 + words.length);
  }
  const switchButton = bar.querySelector("[data-optional]");
  function show() {
    switchButton.setAttribute("aria-pressed", String(Boolean(around(body.selectionStart))));
  }

  // --- Link ---
  const dialog = document.getElementById("link-dialog");
  const label = document.getElementById("link-words");
  const address = document.getElementById("link-address");
  let place = [0, 0];
  function askLink() {
    place = chosen();
    label.value = body.value.slice(...place).replace(/[[\]]/g, "");
    address.value = "";
    dialog.returnValue = "";
    dialog.showModal();
    (label.value ? address : label).focus();
  }
  // One types shop.example as one says it.
  address.addEventListener("change", () => {
    const typed = address.value.trim();
    if (typed && !/^[a-z]+:/i.test(typed)) address.value = (typed.includes("@") ? "mailto:" : "https://") + typed;
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "put") return;
    const words = label.value.replace(/[[\]]/g, "").trim();
    desk.replace(body, ...place, `[${words}](${address.value.trim().replace(/[()\s]/g, encodeURIComponent)})`);
  });

  bar.addEventListener("mousedown", (event) => {
    // The press must not take the caret out of the text.
    if (event.target.closest("button")) event.preventDefault();
  });
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.wrap) wrap(button.dataset.wrap);
    else if ("list" in button.dataset) list();
    else if ("optional" in button.dataset) optional();
    else if (button.dataset.open === "link-dialog") askLink();
    show();
  });
  for (const name of ["keyup", "mouseup", "focus", "input"]) body.addEventListener(name, show);
})();
