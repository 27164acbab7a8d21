// What the rooms share in which one decides by keys: each presses the button that carries it, and a switch turns them
// off. Loaded before the script of the room. Without it the buttons do the same.
"use strict";

// `room` holds the buttons (data-keys) and the switch (data-keys-switch); `keptAs` names what this colleague chose.
window.roomKeys = (room, keptAs) => {
  // Where storage is forbidden the keys are simply on.
  const kept = () => { try { return localStorage.getItem(keptAs); } catch { return null; } };
  const keep = (value) => { try { localStorage.setItem(keptAs, value); } catch { /* they last for this page */ } };
  const isOn = () => room.dataset.keys === "on";

  function show(on) {
    room.dataset.keys = on ? "on" : "off";
    const button = room.querySelector("[data-keys-switch]");
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? button.dataset.on : button.dataset.off;
  }

  room.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keys-switch]")) return;
    keep(isOn() ? "off" : "on");
    show(!isOn());
  });
  window.addEventListener("pageshow", () => { keys.busy = false; });

  const keys = {
    busy: false,  // while the next one is on the way
    isOn,
    // After a part of the room that may hold the switch has been put in anew.
    showSwitch: () => show(isOn()),
    isWriting: (event) => Boolean(event.target.closest("input, textarea, select, [contenteditable]")),
    withModifier: (event) => event.ctrlKey || event.metaKey || event.altKey || event.shiftKey,
    // By the place of the key, not its letter: the same finger under a Greek and a Latin layout.
    buttonOf: (event) => isOn() ? room.querySelector(`[data-keys~="${CSS.escape(event.code)}"]`) : null,
    // True when the key was meant for the button. One pressed while the next is on the way is meant for none one has seen.
    press: (button) => {
      if (!button || button.disabled) return false;
      if (!keys.busy) button.click();
      return true;
    },
  };
  show(kept() !== "off");
  return keys;
};
