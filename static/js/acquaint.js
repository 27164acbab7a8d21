// «Γνωριμία» by keys: each presses the button that carries it. Without this file the buttons do the same.
"use strict";

(() => {
  const room = document.getElementById("acquaint-room");
  if (!room) return;
  const KEPT = "acquaint-keys";  // "off" when this colleague wants no keys
  let busy = false;

  // Where storage is forbidden the keys are simply on.
  const kept = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
  const keep = (value) => { try { localStorage.setItem(KEPT, value); } catch { /* they last for this page */ } };

  function show(on) {
    room.dataset.keys = on ? "on" : "off";
    const button = room.querySelector("[data-keys-switch]");
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? button.dataset.on : button.dataset.off;
  }
  show(kept() !== "off");

  room.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keys-switch]")) return;
    const on = room.dataset.keys !== "on";
    keep(on ? "on" : "off");
    show(on);
  });

  // By the place of the key, not its letter: the same finger under a Greek and a Latin layout.
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input, textarea, select, [contenteditable]");
    if (room.dataset.keys !== "on" || writing || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const button = room.querySelector(`[data-keys~="${CSS.escape(event.code)}"]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    // A key pressed while the next person is on the way is meant for nobody one has seen.
    if (!busy) button.click();
  });

  room.addEventListener("submit", () => { busy = true; });
  document.addEventListener("htmx:beforeRequest", () => { busy = true; });
  document.addEventListener("htmx:afterRequest", (event) => { if (!event.detail.successful) busy = false; });
  document.addEventListener("htmx:afterSettle", () => {
    busy = false;
    show(room.dataset.keys === "on");
    const name = document.getElementById("who");
    if (name) name.focus({ preventScroll: true });
    if (room.getBoundingClientRect().top < 0) room.scrollIntoView();
  });
  // Whoever has been logged out meanwhile gets the door, not an empty desk; a refusal is shown as its own page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseText.includes('id="acquaint"')) return;
    event.detail.shouldSwap = false;
    location.reload();
  });
  document.addEventListener("htmx:sendError", () => {
    document.getElementById("acquaint-said").textContent = room.dataset.lost;
  });
  window.addEventListener("pageshow", () => { busy = false; });
})();
