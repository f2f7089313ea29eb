// Large text without leaving the page: the link works by itself, this only spares the reload.
document.addEventListener("click", function (event) {
  var link = event.target.closest && event.target.closest("[data-text-switch]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.fetch) return;
  event.preventDefault();
  var root = document.documentElement;
  var large = root.getAttribute("data-ym-text") !== "large";
  root.setAttribute("data-ym-text", large ? "large" : "");
  link.setAttribute("aria-pressed", large ? "true" : "false");
  fetch(link.getAttribute(large ? "data-large" : "data-normal"), { credentials: "same-origin" });
});
document.addEventListener("keydown", function (event) {
  if (event.key === " " && event.target.matches && event.target.matches("a[role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});
document.addEventListener("click", function (event) {
  if (event.target.closest && event.target.closest("[data-print]")) window.print();
});
