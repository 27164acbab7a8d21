// Whom a greeting is for: who fills in rows means them, and who takes another sentence does not.
"use strict";

(() => {
  const form = document.getElementById("audience");
  const rule = document.getElementById("choose-rule");
  const details = document.getElementById("other-rule");
  if (!form || !rule || !details) return;

  // A count asks by itself; its buttons are for whoever has no script.
  document.documentElement.dataset.scripted = "yes";

  // Before the count listens: it reads the choice that this makes.
  form.addEventListener("input", (event) => {
    if (event.target.closest("#rule-rows")) rule.checked = true;
    if (event.target === rule) details.open = true;
  }, true);

  // New rows may say something else: they are counted.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (!/^(rule-rows|row-\d+-facts)$/.test(event.detail.target.id)) return;
    rule.checked = true;
    document.body.dispatchEvent(new Event("rows-changed"));
  });
})();
