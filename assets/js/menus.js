// Menus are <details class="drop">: they open without this file. It closes the others and those left, and walks in them.

const ITEMS = "button, a[href], input:not([type=hidden]), select, summary";

export function startMenus() {
  for (const tab of document.querySelectorAll("nav [aria-current]")) keepInSight(tab);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.drop[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

// A row of tabs that is wider than the phone begins at the one that is open.
function keepInSight(tab) {
  const row = tab.parentElement;
  if (row.scrollWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}

export function openMenu() {
  return document.querySelector("details.drop[open]");
}

export function showMenu(summary) {
  const menu = summary.parentElement;
  summary.click();
  setTimeout(() => menu.open && items(menu)[0]?.focus());
  return true;
}

export function closeMenu() {
  const menu = openMenu();
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

export function walkInMenu(step) {
  const all = items(openMenu());
  all.at((all.indexOf(document.activeElement) + step + all.length) % all.length)?.focus();
  return true;
}

function items(menu) {
  return [...menu.querySelectorAll(`.floats :is(${ITEMS})`)].filter((item) => item.checkVisibility()); // not what is folded away
}
