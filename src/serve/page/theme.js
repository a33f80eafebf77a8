// Runs before the first paint, so that the chosen theme never flashes.
(() => {
  try {
    const theme = localStorage.getItem("hubdeck-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Without storage the page follows the system.
  }
  document.documentElement.classList.add("js");
})();
