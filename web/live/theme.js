// Theme and accent: the server's setting, then this visitor's choice; the brand's colour made visible on both surfaces.

import { inkOn, visibleOn } from "../model/colour.js";
import * as memory from "./memory.js";

const ORDER = ["auto", "light", "dark"];

/**
 * @param {() => void} onChange Called when the colours in force have changed.
 */
export function createTheme(onChange) {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function apply() {
    const accent = root.dataset.brandColor || "#1890ff";
    const isDark = root.dataset.theme === "dark" || (root.dataset.theme === "auto" && dark.matches);
    root.style.setProperty("--accent", accent);
    root.style.setProperty("--accent-ink", inkOn(accent));
    root.style.setProperty(
      "--accent-line",
      isDark ? visibleOn(accent, "#161d26", "#ffffff", 3) : visibleOn(accent, "#ffffff", "#000000", 3),
    );
    root.style.setProperty(
      "--accent-text",
      isDark ? visibleOn(accent, "#161d26", "#ffffff", 4.5) : visibleOn(accent, "#ffffff", "#000000", 4.5),
    );
    onChange();
  }
  dark.addEventListener("change", apply);

  return {
    apply,

    /** @returns {string} */
    name: () => root.dataset.theme || "auto",

    next() {
      const at = ORDER.indexOf(root.dataset.theme || "auto");
      root.dataset.theme = ORDER[(at + 1) % ORDER.length];
      memory.set("theme", root.dataset.theme);
      apply();
    },
  };
}
