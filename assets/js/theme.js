// Light or dark: follows the system until the person chooses. The choice is a cookie, so that the next page arrives in
// it (the page frame writes it as <html data-theme>) instead of flashing.
const YEAR = 365 * 24 * 3600;

export function startTheme() {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-theme-toggle]")) toggleTheme(document.documentElement);
  });
}

function toggleTheme(root) {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}
