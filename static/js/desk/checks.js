// What the proof-reader found: underlined in the text, shown by a press, mended by another.
"use strict";

(() => {
  const checks = document.getElementById("checks");
  if (!checks || !desk.body) return;
  const NAMES = { "flag-error": "wrong", "flag-warn": "doubt" };

  // Where a remark stands now: {field, start, end, exact}; null when the text has moved on.
  function placeOf(item) {
    const { where, line, column, found } = item.dataset;
    if (!line) return null;
    const field = where === "subject" ? desk.subject : desk.body;
    const lines = field.value.split("\n");
    if (Number(line) > lines.length) return null;
    const above = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    // Columns count characters, the browser counts half pairs of the rare ones.
    const start = above + [...lines[line - 1]].slice(0, column - 1).join("").length;
    const rest = field.value.slice(start);
    if (found && rest.startsWith(found)) return { field, start, end: start + found.length, exact: true };
    const sentence = desk.optionals(field.value).find(({ open }) => open.start === start);
    if (sentence && !found) return { field, start, end: sentence.close.end, exact: false };
    const length = Math.max(1, rest.match(/^(\{\{.*?\}\}|[\p{L}\p{M}\p{N}_]*)/u)[0].length);
    return { field, start, end: Math.min(start + length, field.value.length), exact: false };
  }

  function look() {
    const found = new Map([[desk.subject, []], [desk.body, []]]);
    for (const item of checks.querySelectorAll("li[data-line]")) {
      const place = placeOf(item);
      const name = NAMES[item.className];
      if (place && name && place.end > place.start) found.get(place.field).push({ ...place, name });
      for (const button of item.querySelectorAll("[data-jump]")) button.hidden = !place;
      for (const button of item.querySelectorAll("[data-mend]")) button.hidden = !(desk.writable && place && place.exact);
    }
    for (const [field, places] of found) desk.underline(field, places.sort((one, two) => one.start - two.start));
    const reason = document.getElementById("selling");
    if (reason && checks.querySelector("[data-code^=selling]")) reason.hidden = false;
  }
  look();
  checks.addEventListener("htmx:afterSwap", look);

  checks.addEventListener("click", (event) => {
    const button = event.target.closest("[data-jump], [data-mend]");
    const place = button && placeOf(button.closest("li"));
    if (!place) return;
    const { field, start, end } = place;
    if (!("mend" in button.dataset)) {
      desk.reveal(field, start, end);
      return;
    }
    desk.reveal(field, start, end);
    desk.replace(field, start, end, button.dataset.mend);
    button.hidden = true;
  });
})();
