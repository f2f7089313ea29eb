// Files dropped on the field are the files of the field; what was chosen is listed. The form works without this.
(function () {
  var area = document.querySelector("[data-drop]"), input = area && area.querySelector("input[type=file]");
  if (!input) return;
  var list = area.querySelector("[data-chosen]");
  function tell() {
    var sum = Array.prototype.reduce.call(input.files, function (all, file) { return all + file.size; }, 0);
    input.setCustomValidity(sum > Number(area.dataset.most) ? area.dataset.tooLarge : "");
    list.textContent = "";
    Array.prototype.forEach.call(input.files, function (file) {
      var line = document.createElement("li");
      line.textContent = file.name + " · " + (file.size / 1e6).toFixed(1) + " MB";
      list.appendChild(line);
    });
    input.reportValidity();
  }
  input.addEventListener("change", tell);
  ["dragenter", "dragover"].forEach(function (name) {
    area.addEventListener(name, function (event) { event.preventDefault(); area.classList.add("ct-over"); });
  });
  ["dragleave", "drop"].forEach(function (name) {
    area.addEventListener(name, function (event) { event.preventDefault(); area.classList.remove("ct-over"); });
  });
  area.addEventListener("drop", function (event) {
    if (!event.dataTransfer || !event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    tell();
  });
})();
