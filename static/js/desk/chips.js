// What stands in the source of a letter besides words: facts, brackets of optional sentences, pieces of Jinja.
"use strict";

window.desk = {};

(() => {
  const PIECES = /\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\[\[|\]\]/g;
  // A fact as it stands is one thing. With a filter it has words of the writer's own inside, and stays text.
  const FACT = /^\{\{\s*[\p{L}\p{M}\p{N}_.]+\s*\}\}$/u;
  const HIDDEN = /(\{\{\s*|\s*\}\}|_)/;

  function kindOf(text) {
    if (text === "[[" || text === "]]") return "bracket";
    return FACT.test(text) ? "fact" : "code";
  }
  desk.pieces = (text) => Array.from(text.matchAll(PIECES), (found) => ({
    start: found.index, end: found.index + found[0].length, text: found[0], kind: kindOf(found[0]),
  }));
  // What is passed and deleted as a whole.
  desk.chips = (text) => desk.pieces(text).filter((piece) => piece.kind !== "code");

  // The optional sentences, each from its [[ to its ]].
  desk.optionals = (text) => {
    const open = [];
    const found = [];
    for (const piece of desk.pieces(text)) {
      if (piece.text === "[[") open.push(piece);
      if (piece.text === "]]" && open.length) found.push({ open: open.pop(), close: piece });
    }
    return found;
  };

  function chip(piece) {
    const mark = document.createElement("mark");
    mark.className = { bracket: "maybe", code: "code", fact: "" }[piece.kind];
    if (piece.kind !== "fact") {
      mark.textContent = piece.text;
      return mark;
    }
    for (const part of piece.text.split(HIDDEN).filter(Boolean)) {
      if (HIDDEN.test(part)) {
        const hidden = document.createElement("i");
        hidden.textContent = part;
        mark.append(hidden);
      } else {
        mark.append(part);
      }
    }
    return mark;
  }

  // Words between two pieces, those with a mark of the proof-reader underlined.
  function words(text, start, end, marks, under) {
    let from = start;
    for (const mark of marks) {
      if (mark.end <= from || mark.start >= end) continue;
      const begin = Math.max(mark.start, from);
      const stop = Math.min(mark.end, end);
      under.append(text.slice(from, begin));
      const span = document.createElement("span");
      span.className = mark.name;
      span.textContent = text.slice(begin, stop);
      under.append(span);
      from = stop;
    }
    under.append(text.slice(from, end));
  }

  // Draw the copy of a text that lies under its textarea. `marks`: [{start, end, name}] in their order.
  desk.draw = (text, under, marks) => {
    under.replaceChildren();
    let at = 0;
    for (const piece of desk.pieces(text)) {
      words(text, at, piece.start, marks, under);
      const drawn = chip(piece);
      const mark = marks.find((one) => one.start < piece.end && one.end > piece.start);
      if (mark) drawn.classList.add(mark.name);
      under.append(drawn);
      at = piece.end;
    }
    words(text, at, text.length, marks, under);
    under.append("\u200b");  // a last empty line has its height too
  };
})();
