// Light or dark: follows the system until the person chooses. The choice is a preference of the person: the button
// submits a small form that works without this file; with it the page changes at once and the form is sent aside.

export function startTheme() {
  document.addEventListener("look", (event) => wear(event.detail)); // the settings were changed
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-toggle]");
    if (!button) return;
    event.preventDefault();
    button.value = switchTheme(document.documentElement);
    if (button.form) fetch(button.form.action, { method: "POST", body: new FormData(button.form, button), redirect: "manual" });
  });
}

function wear({ theme, density }) {
  for (const [name, value] of Object.entries({ theme, density })) {
    if (value) document.documentElement.dataset[name] = value;
    else delete document.documentElement.dataset[name];
  }
}

function switchTheme(root) {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  return root.dataset.theme;
}
