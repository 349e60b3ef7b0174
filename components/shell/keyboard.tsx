'use client';

import { useRouter } from 'next/navigation';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { readKey, type Command } from './shortcuts.ts';

// Most pages are read without either: they are fetched when they are first asked for.
const CommandPalette = lazy(() => import('./command-palette.tsx'));
const KeyboardHelp = lazy(() => import('./keyboard-help.tsx'));

const goWithinMs = 1_500;
const saidForMs = 4_000;
const typing =
  'textarea, select, [contenteditable=true], input:not([type=checkbox], [type=radio], [type=button], [type=submit])';

function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true;
  return target instanceof Element && target.closest(typing) !== null;
}

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
function findAction(action: string): HTMLElement | null {
  const wanted = `[data-action~="${action}"]:not(:disabled)`;
  const own = currentRow()?.querySelector<HTMLElement>(wanted);
  if (own) return own;
  const elsewhere = [...document.querySelectorAll<HTMLElement>(wanted)];
  return elsewhere.find((one) => one.closest('[data-row]') === null) ?? null;
}

function press(action: string, text: string): string {
  const found = findAction(action);
  if (found === null) return `${text}: nothing for that here.`;
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

/** The keys of the console, on every page. What cannot be done is said in words. */
export function Keyboard({
  singleKeys,
  chooseKeys,
}: {
  readonly singleKeys: boolean;
  readonly chooseKeys: (form: FormData) => Promise<void>;
}) {
  const router = useRouter();
  const [open, setOpen] = useState<'search' | 'help' | null>(null);
  const [said, setSaid] = useState('');

  // Until a dialog has arrived, what is typed is meant for it and must press nothing.
  const isOpening = useRef(false);
  useEffect(() => {
    isOpening.current = open !== null;
  }, [open]);

  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), saidForMs);
    return () => clearTimeout(timer);
  }, [said]);

  useEffect(() => {
    let goUntil = 0;
    const act = (command: Command): void => {
      switch (command.kind) {
        case 'search':
        case 'help':
          setOpen(command.kind);
          break;
        case 'begin-go':
          goUntil = performance.now() + goWithinMs;
          break;
        case 'go':
          router.push(command.href);
          break;
        case 'next':
          setSaid(moveBy(1));
          break;
        case 'previous':
          setSaid(moveBy(-1));
          break;
        case 'select':
          setSaid(selectRow());
          break;
        case 'press':
          setSaid(press(command.action, command.text));
          break;
        case 'copy':
          void copyLink().then(setSaid);
          break;
      }
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const afterGo = performance.now() < goUntil;
      goUntil = 0;
      const command = readKey({
        ...{ key: event.key, afterGo, singleKeys },
        withCommand: event.ctrlKey || event.metaKey,
        withModifier: event.altKey || (event.shiftKey && event.key !== '?'),
        isTyping: isOpening.current || isTyping(event.target),
      });
      if (command === null) return;
      event.preventDefault();
      setSaid('');
      act(command);
    };
    const onClick = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('[data-opens="search"]') : null;
      if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      setOpen('search');
    };
    document.addEventListener('keydown', onKey);
    // Before the link is followed: without JavaScript it leads to a page that does the same.
    document.addEventListener('click', onClick, { capture: true });
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('click', onClick, { capture: true });
    };
  }, [router, singleKeys]);

  const close = useCallback(() => setOpen(null), []);
  return (
    <>
      <Suspense fallback={null}>
        {open === 'search' ? <CommandPalette close={close} /> : null}
        {open === 'help' ? <KeyboardHelp close={close} chooseKeys={chooseKeys} /> : null}
      </Suspense>
      <p
        role="status"
        className="fixed bottom-4 left-4 z-30 rounded-md border border-line-strong bg-surface px-3 py-2 text-sm shadow-lg empty:hidden print:hidden"
      >
        {said}
      </p>
    </>
  );
}
