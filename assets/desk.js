// What every desk page loads. Pages work without it: it adds fragments, menus, the theme switch and the keys.
import htmx from "htmx.org";

import { startBulk } from "./js/bulk.js";
import { startCompose } from "./js/compose.js";
import { startEditing } from "./js/editing.js";
import { startKeys } from "./js/keys.js";
import { startMarks } from "./js/marks.js";
import { startLists } from "./js/lists.js";
import { startMenus } from "./js/menus.js";
import { startPalette } from "./js/palette.js";
import { startPanel } from "./js/panel.js";
import { startSorting } from "./js/sorting.js";
import { startSwaps } from "./js/swaps.js";
import { startTheme } from "./js/theme.js";
import { startUploads } from "./js/uploads.js";
import { startTyped } from "./js/typed.js";

// Nothing here may need 'unsafe-inline' or 'unsafe-eval', and the history cache would keep customers on a shared PC.
Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422", swap: true }, // a form that came back with its reasons, or was overtaken by somebody
    { code: "...", swap: false, error: true },
  ],
});
window.htmx = htmx;

startTheme();
startBulk();
startCompose();
startTyped();
startEditing();
startKeys();
startMenus();
startLists();
startMarks();
startPalette();
startPanel();
startSorting();
startSwaps();
startUploads();
