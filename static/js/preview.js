// The letter beside the words follows the typing: the form is posted into a new frame, which replaces the old one
// when the letter is there. A new frame, because a second page in the same one would fill the Back button.
"use strict";

(() => {
  const form = document.getElementById("words");
  const holder = document.querySelector(".letter-frame[data-preview]");
  if (!form || !holder) return;
  const WAIT = 300;  // milliseconds after the last key
  let timer = 0;
  let number = 0;

  function show() {
    clearTimeout(timer);
    const reader = document.getElementById("switcher");
    holder.hidden = !reader.dataset.contact;
    if (holder.hidden) return;
    const present = holder.querySelector("iframe:not(.coming)");
    for (const late of holder.querySelectorAll(".coming")) late.remove();
    const coming = present.cloneNode();
    coming.removeAttribute("src");
    coming.className = "coming";
    coming.name = `letter-${++number}`;
    coming.title = reader.dataset.title;
    // Who reads other words sees those, as they are saved.
    const saved = reader.dataset.reads === "other";
    if (saved) coming.src = `${holder.dataset.preview}?contact=${reader.dataset.contact}`;
    holder.append(coming);
    coming.addEventListener("load", () => {
      present.remove();
      coming.className = "";
    });
    if (saved) return;
    const { action, target } = form;
    form.action = holder.dataset.preview;
    form.target = coming.name;
    HTMLFormElement.prototype.submit.call(form);
    form.action = action;
    form.target = target;
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT);
  });
  document.addEventListener("reader-changed", show);
  // Words of a draft, or such that could not be saved, are not what the frame was opened with.
  if (form.dataset.unsaved) show();
})();
