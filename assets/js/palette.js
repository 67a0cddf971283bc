// The one box: the dialog on every page, and the same box on the page “Find”. It asks while somebody types (never while an
// input method is composing), and a newer question cancels an older one. ↑ ↓ choose, Enter opens, Esc closes.
// Enter that is faster than the answer waits for it.

const WAIT = 120; // ms after the last key
let asking = null;

export function startPalette() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-palette]");
    if (opener && !event.ctrlKey && !event.metaKey && openPalette(opener.dataset.palette)) event.preventDefault();
    if (event.target.matches?.("dialog#palette")) event.target.close(); // beside it
  });
  for (const form of document.querySelectorAll("[data-finder]")) attend(form);
}

export function openPalette(text = "") {
  const dialog = document.querySelector("dialog#palette");
  const input = document.querySelector("#finder");
  if (!input) return false;
  if (dialog && !dialog.open) {
    dialog.showModal();
    input.value = text;
    ask(input);
  }
  input.focus();
  input.select();
  return true;
}

function attend(form) {
  const input = form.querySelector("input[type=search]");
  let later;
  const soon = () => {
    clearTimeout(later);
    later = setTimeout(() => ask(input), WAIT);
  };
  input.addEventListener("input", (event) => event.isComposing || soon());
  input.addEventListener("compositionend", soon);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(input, event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter") open(input);
    else if (event.key === "Escape") form.closest("dialog")?.close(); // not first the text, then the box
    else return;
    event.preventDefault();
  });
  const found = document.querySelector("#found");
  found.addEventListener("htmx:afterSwap", () => arrive(input));
  found.addEventListener("keydown", (event) => event.key === "ArrowUp" && document.activeElement !== input && input.focus());
  choose(input, options()[0]);
}

async function ask(input) {
  asking?.abort();
  asking = new AbortController();
  const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  const body = new URLSearchParams({ q: input.value }); // in the body: what was typed stands in nobody's log
  try {
    const answer = await fetch(input.form.getAttribute("action"), { method: "POST", body, headers, signal: asking.signal });
    if (answer.status === 401) return location.reload(); // signed out meanwhile: to the door
    if (!answer.ok) return;
    const found = document.querySelector("#found");
    found.innerHTML = await answer.text();
    window.htmx.process(found);
    arrive(input);
  } catch (trouble) {
    if (trouble.name !== "AbortError") document.dispatchEvent(new Event("htmx:sendError"));
  }
}

function arrive(input) {
  input.ariaExpanded = String(Boolean(document.querySelector("#found-list"))); // what it controls is there from now on
  choose(input, options()[0]);
  const results = document.querySelector("#found .results");
  document.querySelector("[data-spoken]").textContent = results?.dataset.said ?? "";
  if ("waiting" in input.dataset) open(input);
}

function open(input) {
  const wanted = input.value.trim();
  delete input.dataset.waiting;
  if (document.querySelector("#found .results")?.dataset.for !== wanted) {
    input.dataset.waiting = "";
    return ask(input);
  }
  const chosen = options().find((one) => one.id === input.getAttribute("aria-activedescendant"));
  if (chosen) chosen.click();
  else document.querySelector("#found .recognise button")?.focus();
}

function step(input, by) {
  const all = options();
  const at = all.findIndex((one) => one.ariaSelected === "true");
  choose(input, all.at((at + by + all.length) % all.length));
}

function choose(input, option) {
  options().forEach((one, place) => {
    one.id = `found-${place}`;
    one.ariaSelected = String(one === option);
  });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function options() {
  return [...document.querySelectorAll("#found [role=option]")];
}
