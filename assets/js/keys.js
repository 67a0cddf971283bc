// The keys of the desk. Markup says what a key does, this file only finds it:
//   [data-palette]      opens the one box                     / and Ctrl/Cmd-K
//   [data-go="t"]       a page                                G, then its letter
//   [data-line]         a line that ↑ and ↓ walk over         ↑ ↓
//   [data-open]         what opens the line it stands in      ↵
//   [data-key="1"]      pressed by that key: first the one in an open menu, then in the focused or open line,
//                       else the first of the page; a closed line opens
//   [data-anywhere]     with a [data-key]: also while the menu it stands in is closed
//   details.drop        a menu: ↑ ↓ walk in it                Esc closes
//   dialog#keys         the help sheet                        ?
// Nothing happens while somebody types. Outside of fields a Chinese input method changes nothing: where it hides the
// letter (“Process”) or writes 、 for /, the key itself counts.

import { closeMenu, openMenu, showMenu, walkInMenu } from "./menus.js";
import { openPalette } from "./palette.js";

const AFTER_G = 1500; // ms in which the second key must come
let afterG = 0;

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.code === "KeyK") return openPalette() && event.preventDefault();
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return leave();
    if (isTyping(event.target) || document.querySelector("dialog[open]:not(#keys)")) return;
    if (press(keyOf(event), event.target)) event.preventDefault();
  });
}

function keyOf(event) {
  if (event.key.length > 1 ? event.key !== "Process" : event.key.charCodeAt(0) < 128) return event.key;
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return /^(Key|Digit)(.)$/.exec(event.code)?.[2].toLowerCase() ?? event.key;
}

function press(key, target) {
  if (afterG > performance.now()) return goTo(key);
  if (key === "/") return openPalette();
  if (key === "?") return toggleHelp();
  if (key === "ArrowDown" || key === "ArrowUp") return walk(key === "ArrowDown" ? 1 : -1);
  if (key === "Enter" && target.matches?.("[data-line]")) return click(target.querySelector("[data-open]") ?? target.querySelector("a[href]"));
  if (key.length !== 1) return false;
  if (click(actFor(key.toLowerCase()))) return true;
  if (key.toLowerCase() === "g") afterG = performance.now() + AFTER_G;
  return key.toLowerCase() === "g";
}

function goTo(letter) {
  afterG = 0;
  return letter.length === 1 && click(document.querySelector(`[data-go="${CSS.escape(letter.toLowerCase())}"]`));
}

function actFor(key) {
  const named = `[data-key="${CSS.escape(key)}"]:not(:disabled)`;
  const seen = (place, wanted) => [...(place?.querySelectorAll(named) ?? [])].find((act) => act.checkVisibility() && wanted(act));
  const line = currentLine();
  return (
    seen(openMenu()?.querySelector(".floats"), () => true) ??
    seen(line, () => true) ??
    ("123".includes(key) ? line?.querySelector("[data-open]:not([data-key])") : null) ??
    seen(document, (act) => !act.closest("[data-line]")) ??
    document.querySelector(`[data-anywhere]${named}`)
  );
}

function currentLine() {
  return document.activeElement?.closest("[data-line]") ?? document.querySelector("[data-line].is-open");
}

function walk(step) {
  if (openMenu()) return walkInMenu(step);
  const lines = [...document.querySelectorAll("[data-line]")];
  const at = lines.indexOf(document.activeElement?.closest("[data-line]"));
  const next = lines[at < 0 ? 0 : at + step];
  if (next && !next.hasAttribute("tabindex")) next.tabIndex = -1;
  return focusOn(next);
}

function toggleHelp() {
  const help = document.querySelector("dialog#keys");
  if (!help) return false;
  if (help.open) help.close();
  else help.showModal();
  return true;
}

function leave() {
  if (closeMenu()) return;
  if (isTyping(document.activeElement)) document.activeElement.blur(); // an open dialog closes itself
}

function isTyping(element) {
  return Boolean(element?.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]"));
}

function focusOn(element) {
  element?.focus();
  return Boolean(element);
}

function click(element) {
  if (element?.matches("summary")) return showMenu(element);
  element?.click();
  return Boolean(element);
}
