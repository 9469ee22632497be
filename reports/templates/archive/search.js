(function () {
  "use strict";
  var form = document.getElementById("filter"), count = document.getElementById("count");
  var none = document.getElementById("none");
  var rows = Array.prototype.slice.call(document.querySelectorAll("tbody tr"));
  var months = Array.prototype.slice.call(document.querySelectorAll("details.month"));
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
  }
  rows.forEach(function (row) { row.words = plain(row.cells[0].textContent); });
  function filter() {
    var words = plain(form.elements.words.value).split(/\s+/), shown = 0;
    var asked = ["month", "level", "status"].map(function (name) { return [name, form.elements[name].value]; });
    var narrowed = words.join("") !== "" || asked.some(function (pair) { return pair[1] !== ""; });
    rows.forEach(function (row) {
      var fits = words.every(function (word) { return row.words.indexOf(word) >= 0; }) &&
        asked.every(function (pair) { return pair[1] === "" || row.getAttribute("data-" + pair[0]) === pair[1]; });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    months.forEach(function (month, index) {
      var any = month.querySelector("tbody tr:not([hidden])") !== null;
      month.hidden = !any;
      month.open = narrowed ? any : index === 0;
    });
    count.textContent = String(shown);
    none.hidden = shown > 0;
  }
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  filter();
})();
