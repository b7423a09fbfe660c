// Pages work without this: it only saves a click.
"use strict";
for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.submit());
}
for (const button of document.querySelectorAll(".no-script")) {
  button.hidden = true;
}
