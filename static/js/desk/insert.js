// Facts put into the text: by the buttons of the palette, or by Ctrl+Space and a word of what one means.
"use strict";

(() => {
  const dialog = document.getElementById("insert-dialog");
  if (!dialog || !desk.writable) return;
  const filter = document.getElementById("insert-filter");
  const list = document.getElementById("insert-list");
  let place = { field: desk.body, start: 0, end: 0 };

  function put(field, start, end, placeholder) {
    const before = field.value[start - 1];
    const after = field.value[end];
    const text = (before && !/[\s«“"(]/.test(before) ? " " : "") + placeholder + (after && /[\p{L}{]/u.test(after) ? " " : "");
    desk.replace(field, start, end, text);
    // Words that wait to be replaced, such as the forms of an adjective, are selected.
    const quoted = /'([^']*)'/.exec(placeholder);
    if (!quoted) return;
    const first = field.value.indexOf(placeholder, start) + quoted.index + 1;
    field.setSelectionRange(first, first + quoted[1].length);
  }

  function showButtons() {
    for (const each of document.querySelectorAll("#palette [data-insert], #palette .insert-hint")) each.hidden = false;
  }
  showButtons();
  document.addEventListener("htmx:afterSettle", showButtons);
  // A group that was opened stays open when the next person comes.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target, fragment } }) => {
    if (target.id !== "palette") return;
    for (const group of target.querySelectorAll("details[open]")) {
      const next = fragment.querySelector(`#${group.id}`);
      if (next) next.open = true;
    }
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-insert]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#palette [data-insert]");
    if (!button) return;
    const field = desk.last;
    put(field, field.selectionStart, field.selectionEnd, button.dataset.insert);
  });

  // --- The list that filters while one types ---
  const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/ς/g, "σ");
  const name = (placeholder) => placeholder.replace(/[{}]/g, "").replace(/\|.*/, "").replaceAll("_", " ");
  function fill() {
    const wanted = bare(filter.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    for (const button of document.querySelectorAll("#palette [data-insert]")) {
      const { insert, meaning } = button.dataset;
      const said = button.querySelector(".value").textContent;
      const text = bare(`${meaning} ${name(insert)} ${said}`);
      if (!wanted.every((word) => text.includes(word))) continue;
      const option = document.createElement("li");
      option.id = `insert-${list.children.length}`;
      option.setAttribute("role", "option");
      option.dataset.put = insert;
      const value = document.createElement("span");
      value.className = button.classList.contains("unknown") ? "said unknown" : "said";
      value.lang = button.closest(".forms").lang;
      value.textContent = said;
      option.append(meaning, " ", value);
      list.append(option);
    }
    if (!list.children.length) {
      const none = document.createElement("li");
      none.className = "quiet";
      none.textContent = list.dataset.none;
      list.append(none);
    }
    choose(0);
  }
  const options = () => [...list.querySelectorAll("[role=option]")];
  const current = () => list.querySelector("[aria-selected=true]");
  function choose(number) {
    const all = options();
    const next = all[Math.max(0, Math.min(number, all.length - 1))];
    for (const option of all) option.setAttribute("aria-selected", String(option === next));
    if (next) {
      filter.setAttribute("aria-activedescendant", next.id);
      next.scrollIntoView({ block: "nearest" });
    } else {
      filter.removeAttribute("aria-activedescendant");
    }
  }
  function take(option) {
    dialog.close();
    if (option) put(place.field, place.start, place.end, option.dataset.put);
  }
  function open() {
    const field = desk.last;
    place = { field, start: field.selectionStart, end: field.selectionEnd };
    filter.value = "";
    dialog.showModal();
    fill();
    filter.focus();
  }
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
  filter.addEventListener("input", fill);
  filter.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key in steps) choose(options().indexOf(current()) + steps[event.key]);
    else if (event.key === "Enter") take(current());
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  document.querySelector("[data-open=insert-dialog]").addEventListener("click", open);
  for (const field of [desk.subject, desk.body]) {
    // By the place of the key, whatever the layout.
    field.addEventListener("keydown", (event) => {
      if (event.code !== "Space" || !event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      event.preventDefault();
      open();
    });
  }
})();
