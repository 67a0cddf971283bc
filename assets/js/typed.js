// Switching the language loads the page anew: what was typed and not yet sent comes back into its fields. It is kept for
// that one moment only, in this tab.

const KEY = "typed";

export function startTyped() {
  restore();
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action")?.endsWith("/language/")) keep();
  });
}

function fields() {
  return [...document.querySelectorAll("main :is(input, textarea, select)[name]")].filter(
    (one) => !["hidden", "password", "file", "submit"].includes(one.type),
  );
}

function keep() {
  const typed = fields().map((one) => (one.matches("[type=checkbox], [type=radio]") ? one.checked : one.value));
  sessionStorage.setItem(KEY, JSON.stringify({ at: location.pathname + location.search, typed }));
}

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  const all = fields();
  if (kept?.at !== location.pathname + location.search || kept.typed.length !== all.length) return;
  all.forEach((one, place) => {
    const value = kept.typed[place];
    if (value === (typeof value === "boolean" ? one.checked : one.value)) return;
    one[typeof value === "boolean" ? "checked" : "value"] = value;
    one.closest("details")?.setAttribute("open", "");
    one.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
