// After htmx has replaced a part: the place of the keyboard is kept, and what went wrong is said in words.

export function startSwaps() {
  document.addEventListener("htmx:afterSettle", () => {
    const held = document.activeElement;
    if (held && held !== document.body) return;
    const next = document.querySelector("#hand-over select") ?? document.querySelector("[data-line].is-open");
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("htmx:responseError", () => sayTrouble("#trouble-answer"));
  document.addEventListener("htmx:sendError", () => sayTrouble("#trouble-network"));
}

function sayTrouble(words) {
  const said = document.querySelector(words)?.content.cloneNode(true);
  if (said) document.querySelector("#toasts")?.replaceChildren(said);
}
