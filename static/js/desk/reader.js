// The answers of the search lie over the letter: they go when one is chosen, with Escape, or when one turns elsewhere.
"use strict";

(() => {
  const line = document.querySelector(".reader-line");
  const query = document.getElementById("q");
  const found = document.getElementById("found");
  if (!line || !query || !found) return;

  function close() {
    const inside = found.contains(document.activeElement);
    found.replaceChildren();
    query.value = "";
    if (inside) query.focus();
  }
  document.addEventListener("reader-changed", close);
  line.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && found.children.length) {
      event.preventDefault();
      close();
    }
  });
  for (const name of ["focusin", "click"]) {
    document.addEventListener(name, (event) => { if (found.children.length && !line.contains(event.target)) close(); });
  }
})();
