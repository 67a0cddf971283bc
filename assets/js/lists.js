// Lists: columns change their places within their menu, and a menu that opens on a field puts the keyboard there.

export function startLists() {
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
