// Words that are copied at a click, a list that is ticked by one key, a sheet that is printed. The pages work without.
"use strict";

(() => {
  const show = (root) => {
    for (const button of root.querySelectorAll("[data-copy], [data-print], [data-needs-script]")) button.hidden = false;
  };

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const source = document.getElementById(copy.dataset.copy);
      const words = "value" in source ? source.value : source.textContent;
      try {
        await navigator.clipboard.writeText(words);
      } catch {
        // Without leave to write the clipboard (no https): the words are marked, and Ctrl+C does the rest.
        source.focus();
        source.select?.();
        return;
      }
      const said = document.getElementById(`${copy.dataset.copy}-said`);
      if (said) said.textContent = copy.dataset.copied;
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  // Only while the list has the focus, so that a letter typed elsewhere ticks nothing.
  document.addEventListener("keydown", (event) => {
    const list = event.target.closest("[data-hand-list]");
    const writing = event.target.closest("input, textarea, select");
    if (!list || writing || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...list.querySelectorAll("[data-hand]")];
    const at = rows.findIndex((row) => row.contains(event.target));
    if (event.code === list.dataset.key && at >= 0) {
      event.preventDefault();
      rows[at].querySelector("[data-done]")?.click();
    }
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    const next = way && rows[at + way];
    if (next) {
      event.preventDefault();
      next.querySelector("[data-done]")?.focus();
    }
  });

  document.addEventListener("htmx:load", (event) => show(event.target));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => show(document));
  else show(document);
})();
