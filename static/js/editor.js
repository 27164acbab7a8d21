// The desk of the writer: placeholders drawn as chips, facts put in by a button. Without it: plain textareas.
"use strict";

(() => {
  const subject = document.getElementById("subject");
  const body = document.getElementById("body");
  if (!body || body.readOnly) return;
  let last = body;

  // A copy of the text lies under the textarea, of the same width, with its placeholders marked.
  const PIECES = /(\{\{[^{}\n]*\}\}|\[\[|\]\])/;
  function chip(text) {
    const mark = document.createElement("mark");
    if (!text.startsWith("{{")) {
      mark.className = "maybe";
      mark.textContent = text;
      return mark;
    }
    for (const part of text.split(/(\{\{|\}\}|_)/)) {
      if (part === "{{" || part === "}}" || part === "_") {
        const hidden = document.createElement("i");
        hidden.textContent = part;
        mark.append(hidden);
      } else {
        mark.append(part);
      }
    }
    return mark;
  }
  function draw(field, under) {
    under.replaceChildren(...field.value.split(PIECES).map((part) => (PIECES.test(part) ? chip(part) : part)), "\u200b");
  }
  for (const field of [subject, body]) {
    const under = document.createElement("div");
    under.className = "under";
    under.setAttribute("aria-hidden", "true");
    under.lang = field.lang;
    field.before(under);
    field.addEventListener("input", () => draw(field, under));
    field.addEventListener("focus", () => { last = field; });
    draw(field, under);
  }
  // The subject is one line; Enter in it must not make two.
  subject.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });

  function put(field, before, after) {
    const { selectionStart: start, selectionEnd: end, value } = field;
    const middle = value.slice(start, end);
    field.focus();
    // execCommand keeps the browser's own undo; setRangeText is for browsers that have dropped it.
    if (!document.execCommand("insertText", false, before + middle + after)) {
      field.setRangeText(before + middle + after, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (after) field.setSelectionRange(start + before.length, start + before.length + middle.length);
  }
  const toolbar = document.querySelector(".toolbar");
  if (toolbar) toolbar.hidden = false;
  for (const button of document.querySelectorAll("[data-insert], [data-wrap], [data-before]")) {
    button.hidden = false;
    // The press must not take the caret out of the text.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      const { insert, wrap, before, after } = button.dataset;
      if (insert) put(last, insert, "");
      else put(body, before || wrap, after || wrap);
    });
  }

  // Words that are not saved are not left by accident.
  const form = document.getElementById("words");
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", (event) => { if (!(event.submitter && event.submitter.formTarget)) changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
