const inUse = '[data-live-list]:focus-within, dialog[open]';
const underPointer = '[data-live-list]:hover';

/** Whether the pointer or the focus is in a list whose rows must not move, or a dialog is open. */
export function isListInUse(): boolean {
  if (document.querySelector(inUse) !== null) return true;
  // A finger that has left still hovers where it was.
  return matchMedia('(hover: hover)').matches && document.querySelector(underPointer) !== null;
}
