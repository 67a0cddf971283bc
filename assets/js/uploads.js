// Choosing a file sends it: [data-upload] is the form, data-most the largest file in bytes. Without this file there is a
// button; with it a file that is too large is told at once instead of after minutes of sending.

export function startUploads() {
  document.addEventListener("change", (event) => {
    const form = event.target.matches?.("input[type=file]") ? event.target.closest("form[data-upload]") : null;
    const file = event.target.files?.[0];
    if (!form || !file) return;
    const tooLarge = file.size > Number(form.dataset.most);
    form.querySelector("[data-too-large]").hidden = !tooLarge;
    if (tooLarge) event.target.value = "";
    else form.requestSubmit();
  });
}
