// No typed word is lost: saved by Ctrl+S without leaving, kept as a draft as one types and when the page is left.
"use strict";

(() => {
  const form = document.getElementById("words");
  const said = document.getElementById("saved");
  const save = document.getElementById("save");
  if (!form || !said || !save) return;
  let typed = 0;  // changes of the words so far, how many of them the last request took along, how many are kept
  let sent = 0;
  let kept = 0;
  let loose = false;  // design or reason were changed: they are in no draft
  let trouble = false;
  let leaving = false;

  form.addEventListener("input", (event) => {
    if (event.target === desk.subject || event.target === desk.body) typed += 1;
    else if (event.target.name) loose = true;
  });
  document.addEventListener("keydown", (event) => {
    // By the place of the key: under a Greek layout the same key writes σ.
    if (event.code !== "KeyS" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    save.click();
  });

  const isKeeping = (event) => event.target === said || event.target === save;
  document.addEventListener("htmx:beforeRequest", (event) => { if (isKeeping(event)) sent = typed; });
  document.addEventListener("words-kept", () => { kept = sent; trouble = false; });
  document.addEventListener("words-saved", () => { kept = sent; trouble = false; loose = false; });
  function lost(words) {
    trouble = true;
    said.textContent = words;
  }
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      // Refused means that this window belongs to a login that is over.
      if (isKeeping(event)) lost(event.detail.xhr.status === 403 ? form.dataset.out : form.dataset.lost);
    });
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    // Whoever has been logged out gets the door as an answer: it belongs on no desk.
    if (!event.detail.xhr.responseURL.includes("/login/")) return;
    event.detail.shouldSwap = false;
    lost(form.dataset.out);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === said && said.querySelector(".state-wax")) trouble = true;
  });
  // Who logged in again in another window has another token.
  document.addEventListener("visibilitychange", () => {
    const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    if (token && !document.hidden) form.elements.csrfmiddlewaretoken.value = token[1];
  });

  form.addEventListener("submit", (event) => { leaving = !(event.submitter && event.submitter.formTarget); });
  window.addEventListener("beforeunload", (event) => {
    if (leaving || (kept === typed && !loose)) return;
    if (kept < typed) navigator.sendBeacon(said.getAttribute("hx-post"), new FormData(form));
    // What went out just now is safe; what could not be kept, or has no place in a draft, is asked for.
    if (trouble || loose) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { leaving = false; });
})();
