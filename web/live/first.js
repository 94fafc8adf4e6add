// Runs before the first paint: the theme that this visitor chose, so that the page never flashes in the other one.
// A classic script on purpose; a module would run too late.
(function () {
  try {
    const chosen = localStorage.getItem("pipegen.theme");
    if (chosen === "light" || chosen === "dark" || chosen === "auto") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage may be forbidden; the server's theme stays.
  }
})();
