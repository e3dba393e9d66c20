// Nothing typed is cut: a field that holds more than its `data-most` characters (code points, as the server
// counts them) says how many are too many, and is not valid: no form is sent with it.

function check(field) {
  const tooMany = [...field.value].length - field.dataset.most;
  const told = tooMany > 0 ? document.body.dataset.tooLong.replace("%s", tooMany) : "";
  if (told === (field.validity.customError ? field.validationMessage : "")) return;
  if (!field.nextElementSibling?.matches(".too-long")) field.after(document.createElement("output"));
  Object.assign(field.nextElementSibling, { className: "too-long wrong", textContent: told });
  if (field === document.activeElement) field.nextElementSibling.scrollIntoView({ block: "nearest" });
  field.setCustomValidity(told);
}

// Also before a key or a click acts, and after a script has filled a field.
const checkAll = () => document.querySelectorAll("[data-most]").forEach(check);
for (const sign of ["input", "keydown", "click", "focusin", "claim:shown"]) document.addEventListener(sign, checkAll, { capture: true });
checkAll();
