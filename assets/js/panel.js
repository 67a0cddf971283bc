// A row of the list beside the list. A click on the row (not on its name, which opens the page) or Space opens it;
// ↑ ↓ walk on with it, ‹ › too; the list keeps its place. At the end of a page › goes to the next page's first.
import htmx from "htmx.org";

const NARROW = 1080; // under this there is no room beside the list
let wanted = null;

export function startPanel() {
  if (sessionStorage.getItem("panel") === "first") {
    sessionStorage.removeItem("panel");
    const first = rows()[0];
    if (first) show(first);
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#panel [data-step]")) return step(Number(event.target.closest("[data-step]").dataset.step));
    if (event.target.closest?.("#panel [data-close]")) return close();
    const link = event.target.closest?.("#list tbody a[data-open]");
    if (!link || !panel() || isNarrow() || event.ctrlKey || event.metaKey || event.shiftKey || event.detail === 0) return;
    if ([...link.getClientRects()].some((box) => isWithin(box, event))) return; // the name itself: its page
    event.preventDefault();
    show(link.closest("tr"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && isOpen() && !document.querySelector("details.drop[open], dialog[open]")) return close();
    if (event.key !== " " || !event.target.matches?.("#list tr[data-code]") || !panel() || isNarrow()) return;
    event.preventDefault();
    if (event.target.classList.contains("shown") && isOpen()) close();
    else show(event.target);
  });
  document.addEventListener("focusin", (event) => {
    if (isOpen() && event.target.matches?.("#list tr[data-code]")) later(event.target);
  });
}

const panel = () => document.querySelector("#panel");
const rows = () => [...document.querySelectorAll("#list tr[data-code]")];
const isOpen = () => Boolean(panel() && !panel().hidden);
const isNarrow = () => window.innerWidth < NARROW;
const isWithin = (box, event) => event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;

function later(row) {
  wanted = row;
  setTimeout(() => wanted === row && show(row), 120);
}

function show(row) {
  wanted = row;
  mark(row);
  if (document.activeElement !== row) row.focus({ preventScroll: true });
  const address = row.querySelector("a[data-open]").getAttribute("href") + "panel/";
  const place = panel();
  htmx.ajax("GET", address, { target: place, select: "#peek > *", swap: "innerHTML show:none" }).then(() => {
    if (wanted !== row) return;
    const all = rows();
    const at = all.indexOf(row);
    place.hidden = false;
    place.scrollTop = 0;
    row.scrollIntoView({ block: "nearest" });
    place.querySelector("[data-place]").textContent = `${at + 1} / ${all.length}${nextPage() ? "+" : ""}`;
    place.querySelector('[data-step="-1"]').disabled = at === 0;
    place.querySelector('[data-step="1"]').disabled = at === all.length - 1 && !nextPage();
  });
}

function step(by) {
  const all = rows();
  const to = all[all.findIndex((row) => row.classList.contains("shown")) + by];
  if (to) return show(to);
  if (by < 0 || !nextPage()) return;
  sessionStorage.setItem("panel", "first");
  nextPage().click();
}

function close() {
  wanted = null;
  const shown = document.querySelector("#list tr.shown");
  panel().hidden = true;
  panel().replaceChildren();
  mark(null);
  shown?.focus({ preventScroll: true });
}

function mark(row) {
  document.querySelectorAll("#list tr.shown").forEach((one) => one.classList.remove("shown"));
  row?.classList.add("shown");
}

const nextPage = () => document.querySelector(".pages a[rel=next]");
