// A list that a person puts in order: by dragging, or with Alt ↑ ↓ on a line that has the keyboard.
//   [data-sortable="/address/"]   a list of [data-code]; its new order is sent there
//   [data-moved]                  what a screen reader is told, with {name} and {place}

export function startSorting() {
  let held = null;
  document.addEventListener("dragstart", (event) => (held = event.target.closest?.("[data-sortable] > li") ?? null));
  document.addEventListener("dragover", (event) => {
    const over = held && event.target.closest?.("[data-sortable] > li");
    if (!over || over.parentElement !== held.parentElement) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    over[event.clientY < top + height / 2 ? "before" : "after"](held);
  });
  document.addEventListener("dragend", () => {
    if (held) send(held.parentElement);
    held = null;
  });
  document.addEventListener("keydown", (event) => {
    const line = event.altKey && event.target.closest?.("[data-sortable] > li");
    if (!line || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "ArrowUp") line.previousElementSibling?.before(line);
    else line.nextElementSibling?.after(line);
    event.target.focus();
    send(line.parentElement);
    say(line);
  });
}

function send(list) {
  const codes = [...list.children].map((line) => line.dataset.code);
  const body = new URLSearchParams({ codes: codes.join(",") });
  list.dispatchEvent(new Event("sorted", { bubbles: true }));
  fetch(list.dataset.sortable, { method: "POST", body, headers: JSON.parse(document.body.getAttribute("hx-headers")) });
}

function say(line) {
  const place = [...line.parentElement.children].indexOf(line) + 1;
  const words = line.parentElement.dataset.moved.replace("{name}", line.querySelector("a > span").textContent);
  document.querySelector("#said").textContent = words.replace("{place}", place);
}
