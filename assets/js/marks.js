// Favourites and what was opened last come into the sidebar after the page: no page waits for them. On a customer's page
// the question tells that it was opened. By itself, not by htmx: a page that is left at once is no trouble to report.

export function startMarks() {
  const place = document.querySelector("[data-marks]");
  if (!place) return;
  fill(place);
  document.body.addEventListener("marks", () => fill(place, true));
  document.addEventListener("htmx:afterSettle", (event) => event.target.matches?.(".star") || light(place));
}

// A star shines where the sidebar holds its record: so no page has to ask for it.
function light(place) {
  for (const star of document.querySelectorAll("[data-star]")) {
    const isOn = Boolean(place.querySelector(`[data-sortable] [data-code="${CSS.escape(star.dataset.star)}"]`));
    const button = star.querySelector("button");
    button.value = isOn ? "no" : "yes";
    button.ariaPressed = String(isOn);
  }
}

async function fill(place, isAgain = false) {
  const { marks, openedAt, noun, code } = place.dataset;
  const opened = code && !isAgain;
  const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  const asked = opened ? { method: "POST", body: new URLSearchParams({ noun, code }), headers } : { headers };
  try {
    const answer = await fetch(opened ? openedAt : marks, asked);
    if (!answer.ok) return;
    place.innerHTML = await answer.text();
    light(place);
  } catch {
    // the page was left, or the line is down: what stands there stays
  }
}
