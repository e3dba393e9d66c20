// What readers are at one in, and what is decided, stands in a line until one opens it.

// Opens the rows among which this one is folded.
export function unfold(row) {
  const fold = row.matches(".same") && row.closest("table").querySelector("[data-unfolds]");
  if (fold) fold.checked = true;
}

// In a claim, or in all of the item: what is folded opens, and what is open folds.
export function foldOrUnfold(within) {
  const details = [...within.querySelectorAll("details:not(.more *)")];
  const boxes = [...within.querySelectorAll("[data-unfolds]")];
  const open = details.some((each) => !each.open) || boxes.some((each) => !each.checked);
  for (const each of details) each.open = open;
  for (const each of boxes) each.checked = open;
  return details.length + boxes.length > 0;
}
