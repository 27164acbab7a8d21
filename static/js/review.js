// The review room by keys: each presses the button that carries it, and turns the page without loading all of it anew.
// Without this file the buttons do the same.
"use strict";

(() => {
  const room = document.getElementById("review-room");
  if (!room) return;
  const keys = roomKeys(room, "review-keys");

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

  room.addEventListener("click", (event) => {
    const link = event.target.closest("[data-panel]");
    if (link) {
      event.preventDefault();
      const panel = document.getElementById(link.dataset.panel);
      if (panel) { if (panel.open) close(); else open(panel); }
    }
  });

  function buttonOf(event) {
    const { code } = event;
    if (code === "KeyZ" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      return room.querySelector("[data-undo]");
    }
    if (keys.withModifier(event)) return null;
    const always = room.querySelector(`[data-always~="${CSS.escape(code)}"]`);
    if (always) return always;
    if (code === "Enter" || code === "NumpadEnter") {
      // On a button or a link Enter is the press of that one.
      return event.target.closest("a, button, summary") ? null : room.querySelector("[data-enter]");
    }
    return keys.buttonOf(event);
  }

  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.key === "Escape" && !document.querySelector("#review-help:popover-open") && close()) return;
    if (keys.isWriting(event)) return;
    const help = document.getElementById("review-help");
    if (help && (event.key === "?" || (event.code === "Slash" && event.shiftKey))) {
      if (!keys.isOn()) return;
      event.preventDefault();
      help.togglePopover();
      return;
    }
    if (help && help.matches(":popover-open")) return;
    if (keys.press(buttonOf(event))) event.preventDefault();
  });

  // --- The next letter without loading the page anew ---

  // Plain forms and links, so that whoever writes a panel writes nothing else; what leads out of the room is left alone.
  room.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.submitter && event.submitter.hasAttribute("formtarget")) return;  // into a frame of the page
    if (event.defaultPrevented || keys.busy || !form.closest("#room") || !window.htmx) { if (keys.busy) event.preventDefault(); return; }
    event.preventDefault();
    const values = new FormData(form, event.submitter);
    const address = (event.submitter && event.submitter.getAttribute("formaction")) || form.action;
    turn("POST", address, Object.fromEntries(values));
  });
  room.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-turn]");
    if (!link || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (!keys.busy) turn("GET", link.href, {});
  });

  function turn(method, address, values) {
    keys.busy = true;
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
    keys.busy = false;
    const name = document.getElementById("who");
    if (name) name.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  });
  for (const lost of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(lost, () => {
      keys.busy = false;
      document.getElementById("review-said").textContent = room.dataset.lost || "";
    });
  }
  window.addEventListener("popstate", () => location.reload());
})();
