// The brand's colour on our surfaces: what text it carries, and how far it must move to stay visible. No DOM.

/**
 * @param {string} hex Colour as #rrggbb.
 * @returns {[number, number, number]}
 */
function channels(hex) {
  return [parseInt(hex.slice(1, 3), 16), parseInt(hex.slice(3, 5), 16), parseInt(hex.slice(5, 7), 16)];
}

/**
 * @param {string} hex
 * @returns {number} Relative luminance as WCAG defines it.
 */
export function luminance(hex) {
  const [red, green, blue] = channels(hex).map((channel) => {
    const share = channel / 255;
    return share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * @param {string} one
 * @param {string} other
 * @returns {number} Contrast ratio, 1 to 21.
 */
export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * @param {string} accent
 * @returns {string} The text colour to put on the accent.
 */
export function inkOn(accent) {
  return contrast(accent, "#ffffff") >= 3 ? "#ffffff" : "#10161d";
}

/**
 * @param {string} accent
 * @param {string} surface
 * @param {string} ink Colour to move towards.
 * @param {number} wanted Contrast to reach.
 * @returns {string} The accent, moved towards the ink until it stands out from the surface.
 */
export function visibleOn(accent, surface, ink, wanted) {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(accent, ink, share);
    if (contrast(mixed, surface) >= wanted) return mixed;
  }
  return ink;
}

/**
 * @param {string} one
 * @param {string} other
 * @param {number} share Share of the other colour.
 * @returns {string}
 */
function mix(one, other, share) {
  const from = channels(one);
  const to = channels(other);
  const hex = from.map((channel, at) =>
    Math.round(channel + (to[at] - channel) * share)
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${hex.join("")}`;
}
