// What each kind of drawing looks like, as options of ECharts. Labelled at the line, no legend, one question each.

const text = (colours, colour = "ink-3") => ({ color: colours[colour], fontFamily: colours.font, fontSize: 12 });
const percent = (share) => `${Math.round(share * 100)}%`;

export function curveOf(told, colours) {
  const most = Math.max(1, ...told.points.map(([, share]) => share));
  return {
    animation: false,
    aria: { enabled: false },
    grid: { left: 44, right: 16, top: 24, bottom: 32 },
    xAxis: {
      type: "value", min: 0, max: 1, interval: 1, splitLine: { show: false }, axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.edge } },
      axisLabel: { ...text(colours), formatter: (share) => (share ? told.least : told.best), alignMinLabel: "left", alignMaxLabel: "right" },
    },
    yAxis: {
      type: "value", min: Math.min(0, ...told.points.map(([, share]) => share)), max: most > 1.02 ? Math.ceil(most * 4) / 4 : 1, interval: 0.5,
      splitLine: { lineStyle: { color: colours.line } }, axisLabel: { ...text(colours), formatter: percent },
    },
    series: [
      { type: "line", data: [[0, 0], [1, 1]], symbol: "none", silent: true, lineStyle: { color: colours["ink-3"], width: 1.5, type: [2, 3] },
        endLabel: { show: false }, markPoint: { symbol: "circle", symbolSize: 0.1, silent: true, data: [{ coord: [0.62, 0.62], value: told.equal }],
          label: { ...text(colours), formatter: told.equal, position: "right", offset: [8, 12] } } },
      { type: "line", data: told.points, symbol: "none", silent: true, lineStyle: { color: colours.c1, width: 2 },
        areaStyle: { color: colours["jade-wash"], opacity: 1 }, z: 1,
        markPoint: { symbol: "circle", symbolSize: 8, silent: true, itemStyle: { color: colours.paper, borderColor: colours.c1, borderWidth: 2 },
          data: told.marks.map((mark) => ({ coord: [mark.x, mark.y], value: mark.label,
            label: { ...text(colours, "ink"), backgroundColor: mark.x > 0.5 ? "transparent" : colours["jade-wash"], padding: [1, 3], formatter: mark.label, position: mark.x > 0.5 ? "top" : "right", offset: mark.x > 0.5 ? [0, 0] : [4, 12] } })) } },
    ],
  };
}

export function flowOf(told, colours) {
  const sides = [["from", ""], ["to", " "]]; // a name stands once: the right side has a space more
  const nodes = sides.flatMap(([side, mark]) => [...new Set(told.links.map((link) => link[side]))].sort().map((tier) => ({ name: tier + mark })));
  return {
    animation: false,
    aria: { enabled: false },
    series: [{
      type: "sankey", data: nodes, silent: true, left: 56, right: 64, top: 8, bottom: 8, nodeWidth: 4, nodeGap: 18, layoutIterations: 0, draggable: false,
      itemStyle: { color: colours["ink-2"], borderWidth: 0 },
      label: { ...text(colours, "ink"), formatter: ({ name }) => told.words[name.trim()] },
      levels: [{ depth: 0, label: { position: "left" } }, { depth: 1, label: { position: "right" } }],
      links: told.links.map((link) => ({ source: link.from, target: `${link.to} `, value: link.count,
        lineStyle: { color: link.falls ? colours.c4 : colours.jade, opacity: 0.55, curveness: 0.5 } })),
    }],
  };
}
