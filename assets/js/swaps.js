// After htmx has replaced a part: the place of the keyboard is kept, what was done is said aloud, what went wrong in words.

export function startSwaps() {
  sayToast();
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest?.(".star, #found")) return; // beside the work: the keyboard stays where it is
    sayToast();
    const question = event.detail.elt?.matches?.("#hand-over") ? event.detail.elt.querySelector("select") : null;
    if (question) return goTo(question);
    const held = document.activeElement;
    if (held && held !== document.body && !held.matches("[data-line]:not(.is-open)")) return; // a closed line has nothing to do
    goTo(document.querySelector("#hand-over select") ?? document.querySelector("[data-line].is-open"));
  });
  document.addEventListener("htmx:responseError", () => sayTrouble("#trouble-answer"));
  document.addEventListener("htmx:sendError", () => sayTrouble("#trouble-network"));
}

function goTo(element) {
  element?.focus({ preventScroll: true });
  (element?.form ?? element)?.scrollIntoView({ block: "nearest" });
}

// A screen reader speaks only what changes inside a region that was there before: the toast comes with the page.
function sayToast() {
  const said = document.querySelector("#said");
  if (said) said.textContent = document.querySelector("main .toast > span, #toasts .toast > span")?.textContent ?? "";
}

function sayTrouble(words) {
  const said = document.querySelector(words)?.content.cloneNode(true);
  if (said) document.querySelector("#toasts")?.replaceChildren(said);
}
