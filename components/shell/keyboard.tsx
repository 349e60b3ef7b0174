'use client';

import { useRouter } from 'next/navigation';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { readKey, type Command, type RowCommand } from './shortcuts.ts';

// Most pages are read without any key: what keys need is fetched when one is first pressed.
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

/** Keys that come before the first one was acted on wait for it, in their order. */
async function sayWhatRowDid(command: RowCommand): Promise<string> {
  const loaded = await import('./act-on-row.ts').catch(() => null);
  return loaded === null ? 'The console does not answer.' : loaded.actOnRow(command);
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
        default:
          void sayWhatRowDid(command).then(setSaid);
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
