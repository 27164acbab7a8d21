// The review room by keys: each presses the button that carries it, and turns the page without loading all of it anew.
// Without this file the buttons do the same.
"use strict";

(() => {
  const room = document.getElementById("review-room");
  if (!room) return;
  const KEPT = "review-keys";  // "off" when this colleague wants no letter keys
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

  function open(panel) {
    for (const other of room.querySelectorAll(".panel[open]")) if (other !== panel) other.open = false;
    panel.open = true;
    panel.scrollIntoView({ block: "nearest" });
    const field = panel.querySelector(".panel-body :is(textarea, select, button, input:not([type=hidden]))");
    // Of several answers the one that is chosen: the arrow keys go on from there.
    const chosen = field && field.type === "radio" && panel.querySelector(".panel-body input:checked");
    if (field) (chosen || field).focus();
  }

  function close() {
    const panel = room.querySelector(".panel[open]");
    if (!panel) return false;
    panel.open = false;
    const name = document.getElementById("who");
    if (name) name.focus({ preventScroll: true });
    return true;
  }

  function press(button) {
    if (!button || button.disabled) return false;
    // A key pressed while the next letter is on the way is meant for none one has seen.
    if (!busy) button.click();
    return true;
  }

  room.addEventListener("click", (event) => {
    const link = event.target.closest("[data-panel]");
    if (link) {
      event.preventDefault();
      const panel = document.getElementById(link.dataset.panel);
      if (panel) { if (panel.open) close(); else open(panel); }
    }
    if (event.target.closest("[data-keys-switch]")) {
      const on = room.dataset.keys !== "on";
      keep(on ? "on" : "off");
      show(on);
    }
  });

  // By the place of the key, not its letter: the same finger under a Greek and a Latin layout.
  function buttonOf(event) {
    const { code } = event;
    if (code === "KeyZ" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      return room.querySelector("[data-undo]");
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return null;
    if (event.shiftKey) return null;
    const always = room.querySelector(`[data-always~="${CSS.escape(code)}"]`);
    if (always) return always;
    if (code === "Enter" || code === "NumpadEnter") {
      // On a button or a link Enter is the press of that one.
      return event.target.closest("a, button, summary") ? null : room.querySelector("[data-enter]");
    }
    return room.dataset.keys === "on" ? room.querySelector(`[data-keys~="${CSS.escape(code)}"]`) : null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.key === "Escape" && !document.querySelector("#review-help:popover-open") && close()) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const help = document.getElementById("review-help");
    if (help && (event.key === "?" || (event.code === "Slash" && event.shiftKey))) {
      if (room.dataset.keys !== "on") return;
      event.preventDefault();
      help.togglePopover();
      return;
    }
    if (help && help.matches(":popover-open")) return;
    if (press(buttonOf(event))) event.preventDefault();
  });

  // --- The next letter without loading the page anew ---

  // Plain forms and links, so that whoever writes a panel writes nothing else; what leads out of the room is left alone.
  room.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.submitter && event.submitter.hasAttribute("formtarget")) return;  // into a frame of the page
    if (event.defaultPrevented || busy || !form.closest("#room") || !window.htmx) { if (busy) event.preventDefault(); return; }
    event.preventDefault();
    const values = new FormData(form, event.submitter);
    const address = (event.submitter && event.submitter.getAttribute("formaction")) || form.action;
    turn("POST", address, Object.fromEntries(values));
  });
  room.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-turn]");
    if (!link || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (!busy) turn("GET", link.href, {});
  });

  function turn(method, address, values) {
    busy = true;
    htmx.ajax(method, address, { source: room, target: "#room", select: "#room", swap: "outerHTML settle:0ms", values });
  }

  const swapped = (event) => event.detail.target && event.detail.target.id === "room";
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!swapped(event)) return;
    const { xhr } = event.detail;
    // Whoever has been logged out meanwhile gets the door, and what has no room is a page of its own.
    if (!xhr.responseText.includes('id="room"')) {
      event.detail.shouldSwap = false;
      location.assign(xhr.responseURL || location.href);
      return;
    }
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    const said = new DOMParser().parseFromString(xhr.responseText, "text/html").getElementById("review-said");
    document.getElementById("review-said").textContent = said ? said.textContent : "";
    if (xhr.responseURL && xhr.responseURL !== location.href) history.pushState({ review: true }, "", xhr.responseURL);
  });
  document.addEventListener("htmx:afterSettle", () => {
    busy = false;
    const name = document.getElementById("who");
    if (name) name.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  });
  for (const lost of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(lost, () => {
      busy = false;
      document.getElementById("review-said").textContent = room.dataset.lost || "";
    });
  }
  window.addEventListener("popstate", () => location.reload());
  window.addEventListener("pageshow", () => { busy = false; });
})();
