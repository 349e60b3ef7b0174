import { pressWords } from './shortcut-words.ts';
import type { PressAction, RowCommand } from './shortcuts.ts';

function currentRow(): Element | null {
  return document.activeElement?.closest('[data-row]') ?? null;
}

/** Rows on this page that can be seen. */
function shownRows(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-row]')].filter((row) => row.getClientRects().length > 0);
}

function moveBy(step: 1 | -1): string {
  const rows = shownRows();
  const here = rows.findIndex((row) => row === currentRow());
  const row = rows[here === -1 ? (step === 1 ? 0 : rows.length - 1) : here + step];
  if (row === undefined) return rows.length === 0 ? 'There are no rows here.' : 'No more rows here.';
  const target = row.matches('a, button, summary, [tabindex]')
    ? row
    : row.querySelector<HTMLElement>('a, summary, button');
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
  return '';
}

/** In the row that has the focus, or else the one of the page itself: never that of another row. */
function findAction(action: PressAction): HTMLElement | null {
  const wanted = `[data-action~="${action}"]:not(:disabled)`;
  const own = currentRow()?.querySelector<HTMLElement>(wanted);
  if (own) return own;
  const elsewhere = [...document.querySelectorAll<HTMLElement>(wanted)];
  return elsewhere.find((one) => one.closest('[data-row]') === null) ?? null;
}

function press(action: PressAction): string {
  const found = findAction(action);
  if (found === null) return `${pressWords[action]}: nothing for that here.`;
  if (found instanceof HTMLFormElement) found.requestSubmit();
  else found.click();
  return '';
}

async function copyLink(): Promise<string> {
  const link = currentRow()?.querySelector<HTMLAnchorElement>('a[href]')?.href ?? location.href;
  try {
    await navigator.clipboard.writeText(link);
    return 'Link copied.';
  } catch {
    return `The browser does not let us copy. ${link}`;
  }
}

function selectRow(): string {
  const box = currentRow()?.querySelector<HTMLInputElement>('input[type=checkbox]');
  if (!box) return 'Nothing to select here.';
  box.click();
  return '';
}

/** Does to the rows of the page what a key said; gives what is to be said about it, often nothing. */
export function actOnRow(command: RowCommand): string | Promise<string> {
  switch (command.kind) {
    case 'next':
      return moveBy(1);
    case 'previous':
      return moveBy(-1);
    case 'select':
      return selectRow();
    case 'press':
      return press(command.action);
    case 'copy':
      return copyLink();
  }
}
