// The letter follows the words typed into it: the form is posted into a new frame, which takes the place of the old
// one when the letter is there. Without this file «See it as a letter» does the same.
"use strict";

(() => {
  const WAIT = 400;  // milliseconds after the last key
  const NAME = "the-letter";
  let timer = 0;
  let number = 0;

  function show(form) {
    const present = document.querySelector(`iframe[name="${NAME}"]`);
    if (!form.isConnected || !present) return;
    for (const late of present.parentElement.querySelectorAll(".coming")) late.remove();
    const coming = present.cloneNode();
    coming.removeAttribute("src");
    coming.className = "coming";
    coming.name = `${NAME}-${++number}`;
    present.after(coming);
    coming.addEventListener("load", () => {
      present.remove();
      coming.className = "";
      coming.name = NAME;
    }, { once: true });
    const { action, target } = form;
    form.action = form.dataset.handEdit;
    form.target = coming.name;
    HTMLFormElement.prototype.submit.call(form);
    form.action = action;
    form.target = target;
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-hand-edit]");
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(show, WAIT, form);
  });
})();
