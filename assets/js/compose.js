// Noting a contact: a chosen way goes on to the words, a day by name fills the field, Ctrl-Enter saves. The form works
// without this file. What is typed stays in the page until it is stored: a lost connection or a refusal changes nothing.

export function startCompose() {
  document.addEventListener("click", (event) => {
    const way = event.target.closest?.(".compose .way");
    if (way) return setTimeout(() => way.closest("form").elements.summary.focus());
    const day = event.target.closest?.(".compose [data-day]");
    if (!day) return;
    const form = day.closest("form");
    form.elements.follow_up_on.value = day.dataset.day;
    form.elements.what.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = event.target.closest?.(".compose");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.primary"));
  });
  document.addEventListener("htmx:afterSettle", () => document.querySelector(".compose [role=alert]")?.scrollIntoView({ block: "nearest" }));
}
