// A dashed line that moves along with what flows, where the visitor's system allows motion.

const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");
const DASHES_PX = 14;

/** @param {SVGElement} stream A line of dashes. */
export function createMotion(stream) {
  /** @type {Animation | null} */
  let motion = null;
  return {
    /**
     * @param {boolean} flowing
     * @param {number} share Of the greatest rate, 0 to 1: how fast it moves.
     */
    set(flowing, share) {
      const moving = flowing && !STILL.matches;
      if (motion === null && typeof stream.animate === "function") {
        motion = stream.animate([{ strokeDashoffset: `${DASHES_PX}` }, { strokeDashoffset: "0" }], {
          duration: 900,
          iterations: Infinity,
        });
      }
      if (motion === null) return;
      if (moving) motion.updatePlaybackRate(0.35 + 1.15 * share);
      if (moving && motion.playState !== "running") motion.play();
      if (!moving && motion.playState === "running") motion.pause();
    },
  };
}
