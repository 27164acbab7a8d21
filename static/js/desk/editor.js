// The two fields of the desk: their text drawn with chips under them, and chips passed and deleted as a whole. The
// field stays a textarea, so that undo, spelling and screen readers are the browser's own.
"use strict";

(() => {
  const subject = document.getElementById("subject");
  const body = document.getElementById("body");
  if (!body) return;
  const marks = new Map([[subject, []], [body, []]]);
  desk.subject = subject;
  desk.body = body;
  desk.last = body;  // where a fact goes that is chosen beside the text
  desk.writable = !body.readOnly;

  function draw(field) {
    desk.draw(field.value, field.previousElementSibling, marks.get(field));
  }
  for (const field of marks.keys()) {
    const under = document.createElement("div");
    under.className = "under";
    under.setAttribute("aria-hidden", "true");
    under.lang = field.lang;
    field.before(under);
    field.addEventListener("input", () => {
      marks.set(field, marks.get(field).filter((mark) => field.value.slice(mark.start, mark.end) === mark.text));
      draw(field);
    });
    field.addEventListener("focus", () => { desk.last = field; });
    draw(field);
  }
  // Underline what the proof-reader found; `found` are [{start, end, name}].
  desk.underline = (field, found) => {
    marks.set(field, found.map((mark) => ({ ...mark, text: field.value.slice(mark.start, mark.end) })));
    draw(field);
  };

  let ours = false;  // this change is made by the script itself
  // Put `text` in the place of what stands between start and end. The browser can undo it.
  desk.replace = (field, start, end, text) => {
    if (start === end && !text) return;
    field.focus();
    field.setSelectionRange(start, end);
    ours = true;
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (!done) {  // a browser that no longer knows execCommand
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    ours = false;
  };

  // Bring a place of the text before the eyes, and select it.
  desk.reveal = (field, start, end) => {
    field.focus({ preventScroll: true });
    field.setSelectionRange(start, end);
    const walk = document.createTreeWalker(field.previousElementSibling, NodeFilter.SHOW_TEXT);
    let left = start;
    while (walk.nextNode() && left >= walk.currentNode.length) left -= walk.currentNode.length;
    const range = document.createRange();
    range.setStart(walk.currentNode, Math.min(left, walk.currentNode.length));
    const { top } = range.getBoundingClientRect();
    if (top < 80 || top > innerHeight - 80) scrollBy({ top: top - innerHeight / 3 });
  };
  if (!desk.writable) return;

  // --- Chips ---
  const inside = (field, at) => desk.chips(field.value).find((chip) => chip.start < at && at < chip.end);
  // A caret never stays within a chip, and a selection holds whole ones.
  function snap(field) {
    const { selectionStart: start, selectionEnd: end, selectionDirection: direction } = field;
    const first = inside(field, start);
    const last = start === end ? first : inside(field, end);
    if (!first && !last) return;
    if (start === end) {
      const edge = start - first.start < first.end - start ? first.start : first.end;
      field.setSelectionRange(edge, edge);
    } else {
      field.setSelectionRange(first ? first.start : start, last ? last.end : end, direction);
    }
  }
  // The chip that a step backwards or forwards from `at` meets.
  function met(field, at, back) {
    return desk.chips(field.value).find((chip) =>
      back ? chip.start < at && at <= chip.end : chip.start <= at && at < chip.end);
  }
  function step(event) {
    const field = event.target;
    const back = event.key === "ArrowLeft";
    const { selectionStart: start, selectionEnd: end, selectionDirection: direction } = field;
    if (start !== end && !event.shiftKey) return;
    const backward = direction === "backward";
    const chip = met(field, backward ? start : end, back);
    if (!chip) return;
    event.preventDefault();
    const goal = back ? chip.start : chip.end;
    const anchor = event.shiftKey ? (backward ? end : start) : goal;
    field.setSelectionRange(Math.min(goal, anchor), Math.max(goal, anchor), goal < anchor ? "backward" : "forward");
  }
  // Without one bracket the other means nothing: an optional sentence becomes an ordinary one.
  desk.unwrap = (field, pair) => {
    const { selectionStart: at, value } = field;
    const from = pair.open.end + (value[pair.open.end] === " ");
    const to = Math.max(from, pair.close.start - (value[pair.close.start - 1] === " "));
    desk.replace(field, pair.open.start, pair.close.end, value.slice(from, to));
    const caret = Math.min(Math.max(at - (from - pair.open.start), pair.open.start), pair.open.start + to - from);
    field.setSelectionRange(caret, caret);
  };
  function remove(field, chip) {
    const pair = desk.optionals(field.value).find(({ open, close }) =>
      open.start === chip.start || close.start === chip.start);
    if (chip.kind === "bracket" && pair) desk.unwrap(field, pair);
    else desk.replace(field, chip.start, chip.end, "");
  }

  let before = null;  // the text as it was when the browser began to change it
  function deleting(event) {
    if (ours) return;
    const field = event.target;
    const { selectionStart: start, selectionEnd: end, value } = field;
    before = start === end && event.inputType.startsWith("delete") ? { start, value } : null;
    const back = event.inputType === "deleteContentBackward";
    if (!before || !(back || event.inputType === "deleteContentForward")) return;
    const chip = met(field, start, back);
    if (!chip) return;
    event.preventDefault();
    before = null;
    remove(field, chip);
  }
  // Ctrl+Backspace and its like take words: of a chip they must not leave a half.
  function heal(event) {
    if (!before || ours) return;
    const field = event.target;
    const gone = { start: field.selectionStart, end: field.selectionStart + before.value.length - field.value.length };
    const torn = desk.chips(before.value).filter((chip) =>
      chip.start < gone.end && chip.end > gone.start && (chip.start < gone.start || chip.end > gone.end));
    before = null;
    if (!torn.length) return;
    const left = Math.min(gone.start, ...torn.map((chip) => chip.start));
    const right = gone.start + Math.max(0, ...torn.map((chip) => chip.end - gone.end));
    desk.replace(field, left, right, "");
  }
  for (const field of marks.keys()) {
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") step(event);
      // The subject is one line.
      if (event.key === "Enter" && field === subject) event.preventDefault();
    });
    field.addEventListener("beforeinput", deleting);
    field.addEventListener("input", heal);
    for (const name of ["keyup", "mouseup", "touchend", "focus"]) {
      field.addEventListener(name, (event) => { if (!event.isComposing) setTimeout(snap, 0, field); });
    }
  }
})();
