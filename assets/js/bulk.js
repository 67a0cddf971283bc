// Ticks of a list and the bar for those chosen. Without this file the bar stands there as soon as one is ticked; with it
// the bar counts, Shift ticks what lies between, X ticks the line of the keyboard and Esc chooses nobody again.

let last = null;

export function startBulk() {
  document.addEventListener("click", (event) => {
    const line = document.querySelector("[data-choosing]:checked") && event.target.closest?.("#list tr[data-code]");
    if (line && !event.target.matches("[data-tick]")) {
      event.preventDefault(); // on a phone: while one chooses, a line is chosen, not opened
      return line.querySelector("[data-tick]")?.click();
    }
    const box = event.target.closest?.("[data-tick]");
    if (!box) return;
    const all = ticks();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
    }
    last = box;
    show();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-tick-all]")) setAll(event.target.checked);
    if (event.target.matches?.("[data-tick-every]") && event.target.checked) setAll(true);
    if (event.target.matches?.("[data-tick-all], [data-tick-every]")) show();
  });
  document.addEventListener("reset", (event) => event.target.matches?.("#bulk") && setTimeout(clear));
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && chosen().length && !document.querySelector("details.drop[open], dialog[open], #panel:not([hidden])")) clear();
    const box = event.key.toLowerCase() === "x" && event.target.closest?.("[data-line]")?.querySelector("[data-tick]");
    if (box && event.target.matches("[data-line]")) box.click();
  });
  window.addEventListener("pageshow", () => show()); // the browser keeps ticks when one comes back
}

// On a phone ticks are shown once one wants to choose; who chose and hides them chose nobody.
document.addEventListener("change", (event) => event.target.matches?.("[data-choosing]") && !event.target.checked && clear());

const ticks = () => [...document.querySelectorAll("[data-tick]")];
const chosen = () => ticks().filter((box) => box.checked);

function setAll(on) {
  ticks().forEach((box) => (box.checked = on));
}

function clear() {
  setAll(false);
  document.querySelectorAll("[data-tick-all], [data-tick-every]").forEach((box) => (box.checked = false));
  show();
}

function show() {
  const bar = document.querySelector("#bulk");
  if (!bar) return;
  const count = chosen().length;
  const every = bar.querySelector("[data-tick-every]");
  if (every && count < ticks().length) every.checked = false;
  for (const box of ticks()) box.closest("tr").ariaSelected = box.checked ? "true" : null;
  const all = document.querySelector("[data-tick-all]");
  if (all) [all.checked, all.indeterminate] = [count > 0 && count === ticks().length, count > 0 && count < ticks().length];
  bar.classList.toggle("is-whole", count === ticks().length);
  bar.querySelector("[data-count]").textContent = bar.dataset.words.replace("%s", every?.checked ? bar.dataset.every : count);
}
