export { Chart, default } from "chart.js/auto";
