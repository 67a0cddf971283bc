// Drawings of pages that have them ([data-chart] holds what to draw as JSON); no other page loads this file. Canvas: the
// policy allows no styles in markup. The same figures stand in a table beside each drawing.
import { LineChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkPointComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { curveOf, flowOf } from "./js/charts.js";

use([LineChart, SankeyChart, GridComponent, MarkPointComponent, AriaComponent, CanvasRenderer]);

const KINDS = { curve: curveOf, flow: flowOf };

for (const place of document.querySelectorAll("[data-chart]")) {
  const told = JSON.parse(place.dataset.chart);
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", told.title);
  const chart = init(place);
  const draw = () => chart.setOption(KINDS[told.kind](told, colours()), { notMerge: true });
  draw();
  new ResizeObserver(() => chart.resize()).observe(place);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

// The theme's tokens as colours that a canvas understands.
function colours() {
  const probe = document.body.appendChild(document.createElement("i"));
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const names = ["ink", "ink-2", "ink-3", "line", "edge", "paper", "jade", "jade-wash", "amber", "c1", "c2", "c3", "c4"];
  const found = Object.fromEntries(names.map((name) => [name, read(name)]));
  probe.remove();
  return { ...found, font: getComputedStyle(document.body).fontFamily };
}
