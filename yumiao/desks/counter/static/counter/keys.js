// Single keys for what stands on the page as links and buttons with data-key. They can be switched off; the choice is kept in this browser.
(function () {
  var box = document.querySelector("[data-keys]"), check = box && box.querySelector("input");
  var kept = "ym-keys";
  if (!box || !check) return;
  box.hidden = false;
  try { check.checked = localStorage.getItem(kept) !== "off"; } catch (error) { /* no storage: on */ }
  check.addEventListener("change", function () {
    try { localStorage.setItem(kept, check.checked ? "on" : "off"); } catch (error) { /* for this page only */ }
  });
  document.addEventListener("keydown", function (event) {
    var at = event.target;
    if (!check.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (at.closest && at.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    var wanted = /^[a-z]$/.test(event.key) && document.querySelector('[data-key="' + event.key + '"]');
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });
})();
