// The only place that turns numbers into text. Thin spaces between thousands, a unit beside the number, three
// significant figures unless an exact count matters, and a dash for what is not known.

/** @typedef {{text: string, unit: string}} Shown */
/** @typedef {"rate" | "count" | "short" | "ms" | "s" | "ratio" | "percent" | "share" | "cores" | "bytes" | "number" | "score"} Kind */

export const UNKNOWN = "–";
const THIN = "\u2009";
const MINUS = "\u2212";

/**
 * @param {number} value
 * @returns {string} A whole number with thin spaces: 9 841 204.
 */
export function count(value) {
  const digits = String(Math.abs(Math.round(value)));
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, THIN);
  return value < 0 && digits !== "0" ? MINUS + grouped : grouped;
}

/**
 * @param {number} value
 * @returns {string} Three significant figures, never an exponent; whole from 100 on.
 */
export function significant(value) {
  const size = Math.abs(value);
  if (size >= 99.95) return count(value);
  const decimals = size >= 9.995 ? 1 : size === 0 ? 0 : size >= 0.01 ? 2 : 3;
  const fixed = size.toFixed(decimals);
  return value < 0 && Number(fixed) !== 0 ? MINUS + fixed : fixed;
}

/** @type {Array<[number, string]>} */
const LARGE = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/**
 * @param {number} value
 * @param {number} from Whole numbers below it are written out.
 * @returns {Shown} A number with a decimal prefix: 9.84 M.
 */
function prefixed(value, from) {
  const size = Math.abs(value);
  for (const [factor, prefix] of LARGE) {
    if (size >= factor && size >= from) return { text: scaled(value / factor), unit: prefix };
  }
  return { text: Number.isInteger(value) ? count(value) : significant(value), unit: "" };
}

/**
 * @param {number} value
 * @returns {string}
 */
function scaled(value) {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2).replace("-", MINUS);
}

/** @type {Record<Kind, (value: number) => Shown>} */
const KINDS = {
  rate: (value) => ({ text: significant(value), unit: "msg/s" }),
  count: (value) => ({ text: count(value), unit: "" }),
  short: (value) => prefixed(value, 1e5),
  ms: (value) =>
    Math.abs(value) >= 1000 ? { text: scaled(value / 1000), unit: "s" } : { text: significant(value), unit: "ms" },
  s: (value) => ({ text: significant(value), unit: "s" }),
  ratio: (value) => ({ text: value.toFixed(2), unit: "" }),
  percent: (value) => ({ text: percentText(value * 100), unit: "%" }),
  share: (value) => ({ text: (value * 100).toFixed(0), unit: "%" }),
  cores: (value) => ({ text: significant(value * 100), unit: "% CPU" }),
  bytes: (value) => {
    const shown = prefixed(value, 1e3);
    return { text: shown.text, unit: `${shown.unit}B` };
  },
  number: (value) => ({ text: significant(value), unit: "" }),
  // Hundredths, so that 99.96 is not taken for a record without a fault.
  score: (value) => ({ text: value === 100 ? "100" : value.toFixed(2), unit: "of 100" }),
};

/**
 * @param {number} percent
 * @returns {string} Two decimals, more where two would hide that it is not zero.
 */
function percentText(percent) {
  if (percent !== 0 && Math.abs(percent) < 0.005) return percent > 0 ? "<0.01" : `>${MINUS}0.01`;
  return percent.toFixed(Math.abs(percent) >= 99.995 ? 0 : 2).replace("-", MINUS);
}

/**
 * @param {Kind} kind
 * @param {number | null | undefined} value
 * @returns {Shown} Number and unit apart; a dash without unit when unknown.
 */
export function show(kind, value) {
  return value === null || value === undefined ? { text: UNKNOWN, unit: "" } : KINDS[kind](value);
}

/**
 * @param {Kind} kind
 * @param {number | null | undefined} value
 * @returns {string} Number and unit in one.
 */
export function words(kind, value) {
  const { text, unit } = show(kind, value);
  return unit ? `${text} ${unit}` : text;
}

/**
 * @param {number} ratio
 * @returns {string} A signed deviation: +0.4 %.
 */
export function deviation(ratio) {
  const percent = Math.abs(ratio * 100).toFixed(Math.abs(ratio) < 0.1 ? 2 : 1);
  return `${ratio < 0 ? MINUS : "+"}${percent} %`;
}

/**
 * @param {number | null} seconds
 * @returns {string} A time on the run's own clock: 7:06, 1:02:03.
 */
export function clock(seconds) {
  if (seconds === null) return UNKNOWN;
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  const pad = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/**
 * @param {number} ageMs
 * @returns {string} An age for people: 0.4 s, 12 s, 4 min, 2 h.
 */
export function age(ageMs) {
  const seconds = Math.max(0, ageMs) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/**
 * @param {string} iso Moment as ISO 8601.
 * @returns {string} The visitor's local time of day.
 */
export function timeOfDay(iso) {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return [moment.getHours(), moment.getMinutes(), moment.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/**
 * @param {number} value
 * @param {Kind} kind
 * @returns {string} A tick of an axis, as short as can be.
 */
export function tick(kind, value) {
  if (kind === "ms")
    return value >= 1000 ? `${Number((value / 1000).toPrecision(3))} s` : `${Number(value.toPrecision(3))} ms`;
  if (kind === "share" || kind === "percent") return `${Number((value * 100).toPrecision(3))} %`;
  const { text, unit } = prefixed(Number(value.toPrecision(6)), 1e3);
  const short = Number.isNaN(Number(text)) ? text : String(Number(text));
  return unit ? `${short} ${unit}` : short;
}

/**
 * @param {number | null} valueMs
 * @param {"upper" | null} [bound]
 * @returns {string} A latency, marked where it is only an upper bound.
 */
export function latencyWords(valueMs, bound) {
  const told = words("ms", valueMs);
  return bound === "upper" && valueMs !== null ? `≤ ${told}` : told;
}
