// The only file that knows Chart.js: a time chart with phases behind it and a cross-hair that others can share.

import { Chart } from "../vendor/chart.js";
import { clock, tick } from "./format.js";

/** @typedef {import("./format.js").Kind} Kind */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{label: string, points: Point[], colour: string, dashed: boolean, shown: boolean}} Drawn */
/** @typedef {{label: string, from: number, to: number}} Band */
/** @typedef {{ink: string, muted: string, grid: string, band: string, card: string}} Palette */
/** @typedef {{lines: Drawn[], bands: Band[], startS: number, endS: number | null, nowS: number | null, palette: Palette}} Picture */
/**
 * @typedef {object} ChartOptions
 * @property {boolean} [scatter] Points of two figures instead of lines over time.
 * @property {(seconds: number | null) => void} onHover The time under the pointer.
 * @property {(fromS: number, toS: number) => void} [onSelect] A stretch was dragged over.
 * @property {() => void} [onReset] The chart was double-clicked.
 */

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];
/** @type {Partial<Record<Kind, number>>} The least that shares reach up to: a whole, or a percent where one is much. */
const SMALLEST_TOP = { ratio: 1, share: 1, percent: 0.01 };
const FONT = { family: "Inter, system-ui, sans-serif", size: 11 };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Kind} kind Kind of figure on the y axis.
 * @param {ChartOptions} given
 */
export function createTimeChart(canvas, kind, { scatter = false, onHover, onSelect, onReset }) {
  /** @type {Picture | null} */
  let picture = null;
  /** @type {number | null} */
  let crossS = null;
  /** @type {number | null} */
  let dragFromS = null;

  /** @type {import("chart.js").Plugin<"line">} */
  const backdrop = {
    id: "backdrop",
    beforeDatasetsDraw(chart) {
      if (picture) drawBands(chart, picture);
    },
    afterDatasetsDraw(chart) {
      if (!picture) return;
      if (picture.nowS !== null) drawUpright(chart, picture.nowS, picture.palette.muted, [2, 3]);
      if (crossS !== null && dragFromS !== null) drawSelection(chart, dragFromS, crossS, picture.palette.muted);
      if (crossS !== null) drawCross(chart, crossS, picture);
    },
  };

  const chart = new Chart(canvas, {
    type: "line",
    data: { datasets: [] },
    plugins: [backdrop],
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 6, right: 4 } },
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      elements: { point: { radius: 0 }, line: { borderJoinStyle: "round" } },
      scales: {
        x: {
          type: "linear",
          min: 0,
          max: 60,
          grid: { display: false },
          border: { display: false },
          afterBuildTicks(axis) {
            if (!scatter) axis.ticks = timeTicks(axis.min, axis.max, axis.width).map((value) => ({ value }));
          },
          ticks: {
            font: FONT,
            maxRotation: 0,
            padding: 6,
            autoSkip: scatter,
            callback: (value) => (scatter ? tick("rate", Number(value)) : clock(Number(value))),
          },
        },
        y: {
          beginAtZero: true,
          suggestedMax: SMALLEST_TOP[kind] || 1,
          grace: SMALLEST_TOP[kind] ? 0 : "6%",
          border: { display: false },
          grid: { drawTicks: false },
          afterFit(axis) {
            axis.width = 58;
          },
          ticks: { font: FONT, maxTicksLimit: 6, padding: 10, callback: (value) => tick(kind, Number(value)) },
        },
      },
    },
  });

  canvas.addEventListener("pointermove", (event) => {
    const { left, right, top, bottom } = chart.chartArea;
    const inside =
      event.offsetX >= left && event.offsetX <= right && event.offsetY >= top - 6 && event.offsetY <= bottom;
    onHover(inside ? secondsAt(event) : null);
  });
  canvas.addEventListener("pointerleave", () => {
    dragFromS = null;
    onHover(null);
  });
  if (!scatter && onSelect) {
    canvas.addEventListener("pointerdown", (event) => {
      // A finger scrolls the page; zooming by touch is what the buttons are for.
      dragFromS = event.pointerType === "mouse" && event.button === 0 ? secondsAt(event) : null;
    });
    canvas.addEventListener("pointerup", (event) => {
      const fromS = dragFromS;
      dragFromS = null;
      if (fromS !== null) onSelect(fromS, secondsAt(event));
    });
  }
  if (onReset) canvas.addEventListener("dblclick", onReset);

  /** @param {PointerEvent} event */
  function secondsAt(event) {
    return chart.scales.x.getValueForPixel(event.offsetX) || 0;
  }

  return {
    /** @param {Picture} next */
    draw(next) {
      picture = next;
      chart.data.datasets = next.lines.map((line) => ({
        label: line.label,
        data: line.points,
        hidden: !line.shown,
        borderColor: line.colour,
        borderWidth: line.dashed ? 1.5 : 2,
        borderDash: line.dashed ? [5, 4] : [],
        spanGaps: false,
        showLine: !scatter,
        pointRadius: scatter ? 2.5 : 0,
        pointBackgroundColor: line.colour,
        pointBorderWidth: 0,
        tension: 0,
      }));
      const { x, y } = /** @type {any} */ (chart.options.scales);
      x.min = next.startS;
      x.max = next.endS === null ? undefined : next.endS;
      x.ticks.color = next.palette.muted;
      y.ticks.color = next.palette.muted;
      y.grid.color = next.palette.grid;
      chart.update("none");
    },

    remove() {
      chart.destroy();
    },

    /** @param {{width: number, height: number} | null} size Null: as large as its place. */
    resize(size) {
      if (size) chart.resize(size.width, size.height);
      else chart.resize();
    },

    /** @param {number | null} seconds */
    cross(seconds) {
      if (crossS === seconds) return;
      crossS = seconds;
      chart.draw();
    },
  };
}

/** @typedef {ReturnType<typeof createTimeChart>} TimeChart */

/**
 * @param {number} startS
 * @param {number} endS
 * @param {number} width
 * @returns {number[]} Round times, at least 64 pixels apart.
 */
function timeTicks(startS, endS, width) {
  const most = Math.max(2, Math.floor(width / 64));
  const step = STEPS_S.find((candidate) => (endS - startS) / candidate <= most) || 86400;
  const ticks = [];
  for (let at = Math.ceil(startS / step - 1e-9) * step; at <= endS + 1e-9; at += step) ticks.push(at);
  return ticks;
}

/**
 * @param {Chart} chart
 * @param {number} fromS
 * @param {number} toS
 * @param {string} colour
 */
function drawSelection(chart, fromS, toS, colour) {
  const { ctx, chartArea: area, scales } = chart;
  const [left, right] = [scales.x.getPixelForValue(fromS), scales.x.getPixelForValue(toS)];
  ctx.save();
  ctx.globalAlpha = 0.18;
  ctx.fillStyle = colour;
  ctx.fillRect(left, area.top, right - left, area.bottom - area.top);
  ctx.restore();
}

/**
 * @param {Chart} chart
 * @param {Picture} picture
 */
function drawBands(chart, picture) {
  const { ctx, chartArea: area, scales } = chart;
  ctx.save();
  ctx.font = `500 ${FONT.size}px ${FONT.family}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  let pale = false;
  picture.bands.forEach((band, at) => {
    // Bands that touch take turns, so that their border shows.
    pale = at > 0 && picture.bands[at - 1].to === band.from && !pale;
    const left = Math.max(area.left, scales.x.getPixelForValue(band.from));
    const right = Math.min(area.right, scales.x.getPixelForValue(band.to));
    if (right <= left) return;
    ctx.globalAlpha = pale ? 0.45 : 1;
    ctx.fillStyle = picture.palette.band;
    ctx.fillRect(left, area.top, right - left, area.bottom - area.top);
    ctx.globalAlpha = 1;
    ctx.fillStyle = picture.palette.muted;
    if (ctx.measureText(band.label).width < right - left - 8)
      ctx.fillText(band.label, (left + right) / 2, area.top + 5);
  });
  ctx.restore();
}

/**
 * @param {Chart} chart
 * @param {number} seconds
 * @param {string} colour
 * @param {number[]} dash
 */
function drawUpright(chart, seconds, colour, dash) {
  const { ctx, chartArea: area, scales } = chart;
  const x = scales.x.getPixelForValue(seconds);
  if (x < area.left || x > area.right) return;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(Math.round(x) + 0.5, area.top);
  ctx.lineTo(Math.round(x) + 0.5, area.bottom);
  ctx.stroke();
  ctx.restore();
}

/**
 * @param {Chart} chart
 * @param {number} seconds
 * @param {Picture} picture
 */
function drawCross(chart, seconds, picture) {
  drawUpright(chart, seconds, picture.palette.ink, []);
  const { ctx, scales } = chart;
  for (const line of picture.lines) {
    const point = line.shown && !line.dashed ? pointAt(line.points, seconds) : null;
    if (!point) continue;
    ctx.save();
    ctx.beginPath();
    ctx.arc(scales.x.getPixelForValue(point.x), scales.y.getPixelForValue(point.y), 4, 0, 2 * Math.PI);
    ctx.fillStyle = line.colour;
    ctx.strokeStyle = picture.palette.card;
    ctx.lineWidth = 2;
    ctx.fill();
    ctx.stroke();
    ctx.restore();
  }
}

/**
 * @param {Point[]} points In order of time.
 * @param {number} seconds
 * @returns {Point | null} The real point nearest to a time; null in a gap.
 */
export function pointAt(points, seconds) {
  if (!points.length) return null;
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].x < seconds) low = middle + 1;
    else high = middle;
  }
  const before = points[Math.max(0, low - 1)];
  const after = points[low];
  const nearest = Math.abs(before.x - seconds) <= Math.abs(after.x - seconds) ? before : after;
  return Number.isNaN(nearest.y) ? null : nearest;
}
