// Changing a field where it stands. In a list: the pencil in a cell, or E on the line of the keyboard; on the record the
// pencil beside a fact. Enter saves, Esc puts back what stood there; a refusal stands in the cell beside what was typed.
import htmx from "htmx.org";

const before = new WeakMap(); // what stood in a place while it is a form

export function startEditing() {
  offerOnRecord();
  for (const kind of ["mouseover", "focusin"]) document.addEventListener(kind, (event) => offer(event.target.closest?.("#list tr[data-code]")));
  document.addEventListener("htmx:afterSettle", offerOnRecord);
  document.addEventListener("click", (event) => {
    const pencil = event.target.closest?.("[data-pencil]");
    if (!pencil) return;
    event.preventDefault();
    edit(pencil.parentElement);
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const form = event.target.closest?.("#field");
    if (form && event.key === "Escape") {
      event.stopPropagation();
      return putBack(form.parentElement);
    }
    if (event.key.toLowerCase() !== "e" || !event.target.matches?.("#list tr[data-code]")) return;
    const cells = [...event.target.children].filter((one) => one.checkVisibility() && fieldOf(one));
    const cell = cells.find((one) => fieldOf(one) !== "name") ?? cells[0];
    if (cell) {
      event.preventDefault();
      edit(cell);
    }
  }, true);
  document.addEventListener("htmx:afterSwap", (event) => {
    const saved = document.querySelector("[data-saved]");
    if (!saved) return focusField();
    const [place, words] = [saved.parentElement, saved.textContent];
    const line = putBack(place);
    const spot = place.querySelector("a[data-open]") ?? [...place.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
    if (spot) spot.textContent = words;
    else place.prepend(words);
    (line ?? place.querySelector("[data-pencil]"))?.focus({ preventScroll: true });
  });
}

const editable = () => (document.querySelector("[data-edits]")?.dataset.edits ?? "").split(",").filter(Boolean);

function fieldOf(cell) {
  const name = cell.dataset.field ?? /(?:^| )c-([a-z]+)/.exec(cell.className)?.[1];
  return editable().includes(name) ? name : null;
}

function offer(row) {
  if (!row || row.dataset.offered || !editable().length) return;
  row.dataset.offered = "yes";
  [...row.children].filter(fieldOf).forEach(addPencil);
}

function offerOnRecord() {
  document.querySelectorAll("dd[data-field]:not(:has([data-pencil], #field))").forEach((place) => fieldOf(place) && addPencil(place));
}

function addPencil(place) {
  const pencil = document.querySelector("#pencil")?.content.firstElementChild.cloneNode(true);
  if (!pencil) return;
  pencil.setAttribute("aria-label", pencil.getAttribute("aria-label").replace("%s", labelOf(place)));
  place.append(pencil);
}

function labelOf(place) {
  if (place.matches("dd")) return place.previousElementSibling?.textContent ?? "";
  return place.closest("table").querySelectorAll("thead th")[place.cellIndex]?.textContent.trim() ?? "";
}

function edit(place) {
  const [field, row] = [fieldOf(place), place.closest("tr[data-code]")];
  if (!field || before.has(place)) return;
  document.querySelectorAll("#field").forEach((open) => putBack(open.parentElement));
  const base = row ? row.querySelector("a[data-open]").getAttribute("href") : window.location.pathname;
  before.set(place, [...place.childNodes]);
  htmx.ajax("GET", `${base}fields/${field}/`, { target: place, select: "#field", swap: "innerHTML show:none" });
}

function putBack(place) {
  const nodes = before.get(place);
  if (!nodes) return null;
  before.delete(place);
  place.replaceChildren(...nodes);
  const line = place.closest("[data-line]");
  line?.focus({ preventScroll: true });
  return line;
}

function focusField() {
  const input = document.querySelector("#field :is(input:not([type=hidden]), select)");
  if (!input || input.form.contains(document.activeElement)) return;
  input.focus({ preventScroll: true });
  if (input.select) input.select();
}
