// Lists: tabs tell how many rows they hold; columns are drawn wider and narrower (by mouse, or ← → on the grip), which the view keeps; columns change their places within their menu, and a menu that opens on a field puts the keyboard there.

export function startLists() {
  startWidths();
  if (document.querySelector("main.import")) forgetCounts(); // what an import of just now changed, counted here or by a worker
  countTabs();
  document.addEventListener("submit", forgetCounts);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig.verb === "get") return;
    forgetCounts();
    countTabs();
  });
  document.addEventListener("sorted", (event) => {
    const tabs = event.target.closest(".views");
    if (!tabs) return;
    const codes = [...event.target.children].map((line) => line.dataset.code);
    const own = [...tabs.querySelectorAll(":scope > a[data-code]:not([data-code=''])")].sort((a, b) => codes.indexOf(a.dataset.code) - codes.indexOf(b.dataset.code));
    tabs.querySelector(":scope > a[data-code='']").after(...own);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-earlier], [data-later]");
    if (!button) return;
    const line = button.closest(".pickline");
    const other = button.matches("[data-earlier]") ? line.previousElementSibling : line.nextElementSibling;
    if (!other?.matches(".pickline") || other.querySelector(".fixed")) return;
    if (button.matches("[data-earlier]")) other.before(line);
    else other.after(line);
    button.focus();
  });
  document.addEventListener("toggle", (event) => event.target.open && event.target.matches?.("details.drop") && event.target.querySelector("input[autofocus]")?.focus(), true);
}

// How many rows each tab holds comes after the page, once a minute at most, unless something was written or the page's own
// head says something else than it did: no page waits for it, and no tab contradicts the head above it.
async function countTabs() {
  const tabs = document.querySelector("[data-counts]");
  if (!tabs) return;
  const [place, minute] = [tabs.dataset.counts, Math.floor(Date.now() / 60000)];
  const [address, head] = [window.location.href, document.querySelector(".page-head .when")?.textContent];
  const known = JSON.parse(sessionStorage.getItem(place) ?? "{}");
  if (known.minute === minute && (known.heads[address] ?? head) === head) {
    known.heads[address] = head;
    sessionStorage.setItem(place, JSON.stringify(known));
    return showCounts(tabs, known.counts);
  }
  try {
    const answer = await fetch(place, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const counts = await answer.json();
    sessionStorage.setItem(place, JSON.stringify({ minute, counts, heads: { [address]: head } }));
    showCounts(tabs, counts);
  } catch {
    // the page was left, or the line is down: tabs stand without counts
  }
}

function forgetCounts() {
  Object.keys(sessionStorage).filter((place) => place.endsWith("/views/counts/")).forEach((place) => sessionStorage.removeItem(place));
}

function showCounts(tabs, counts) {
  for (const tab of tabs.querySelectorAll("a[data-code] > .many")) tab.textContent = counts[tab.parentElement.dataset.code] ?? "";
}

function startWidths() {
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.(".grip");
    if (!grip) return;
    const head = held(grip);
    const [from, width] = [event.clientX, head.offsetWidth];
    const move = (next) => setWidth(grip, width + next.clientX - from);
    const stop = () => {
      document.removeEventListener("pointermove", move);
      keep(grip);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", stop, { once: true });
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(".grip") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    setWidth(event.target, held(event.target).offsetWidth + (event.key === "ArrowLeft" ? -16 : 16));
    keep(event.target);
    event.preventDefault();
  });
}

// From the first pull on, every column has the width it shows.
function held(grip) {
  const table = grip.closest("table");
  if (!table.classList.contains("sized")) {
    const heads = [...table.tHead.rows[0].cells].map((head) => [head, head.offsetWidth]);
    for (const [head, width] of heads) head.width = width;
    table.classList.add("sized");
  }
  return grip.closest("th");
}

function setWidth(grip, width) {
  const pixels = Math.round(Math.min(Math.max(width, 40), 1200));
  grip.closest("th").width = pixels;
  grip.setAttribute("aria-valuenow", pixels);
}

function keep(grip) {
  const table = grip.closest("table");
  const widths = [...table.querySelectorAll("th[data-column]")].map((head) => `${head.dataset.column}:${Math.min(head.offsetWidth, 1200)}`);
  window.htmx.ajax("POST", table.dataset.widths, { values: { widths: widths.join(",") }, swap: "none", source: table });
}
