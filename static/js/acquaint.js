// «Γνωριμία» by keys: each presses the button that carries it. Without this file the buttons do the same.
"use strict";

(() => {
  const room = document.getElementById("acquaint-room");
  if (!room) return;
  const keys = roomKeys(room, "acquaint-keys");

  document.addEventListener("keydown", (event) => {
    if (event.repeat || keys.isWriting(event) || keys.withModifier(event)) return;
    if (keys.press(keys.buttonOf(event))) event.preventDefault();
  });

  room.addEventListener("submit", () => { keys.busy = true; });
  document.addEventListener("htmx:beforeRequest", () => { keys.busy = true; });
  document.addEventListener("htmx:afterRequest", (event) => { if (!event.detail.successful) keys.busy = false; });
  document.addEventListener("htmx:afterSettle", () => {
    keys.busy = false;
    keys.showSwitch();
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
})();
