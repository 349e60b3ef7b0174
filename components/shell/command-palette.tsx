'use client';

import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Dialog } from './dialog.tsx';
import { foundKinds, readFoundItems, type FoundItem } from './found-item.ts';

/** Typing faster than this asks only once. */
const settleMs = 120;

type Found =
  { readonly how: 'found'; readonly items: readonly FoundItem[] } | { readonly how: 'signed-out' | 'failed' };

async function find(words: string, signal: AbortSignal): Promise<Found> {
  try {
    const response = await fetch(`/find/items?q=${encodeURIComponent(words)}`, { signal });
    if (response.status === 401) return { how: 'signed-out' };
    const items = readFoundItems(await response.json());
    return items === null || !response.ok ? { how: 'failed' } : { how: 'found', items };
  } catch {
    return { how: 'failed' };
  }
}

/** In the order in which they stand on the page. */
function inGroups(found: Found | null): readonly { readonly title: string; readonly items: readonly FoundItem[] }[] {
  const items = found?.how === 'found' ? found.items : [];
  return foundKinds
    .map(({ kind, title }) => ({ title, items: items.filter((item) => item.kind === kind) }))
    .filter((group) => group.items.length > 0);
}

function wordsOf(found: Found): string {
  switch (found.how) {
    case 'signed-out':
      return 'Your session has ended: load the page again and sign in.';
    case 'failed':
      return 'The console does not answer. What was found before is gone; type again to try.';
    case 'found':
      return found.items.length === 0 ? 'Nothing has these letters.' : `${found.items.length} found`;
  }
}

/** Search over everything, and the way to every page: a combobox with a list (ARIA practices, list autocomplete by hand). */
export default function CommandPalette({ close }: { readonly close: () => void }) {
  const router = useRouter();
  const id = useId();
  const [words, setWords] = useState('');
  const [answer, setAnswer] = useState<{ readonly words: string; readonly found: Found } | null>(null);
  const [chosen, setChosen] = useState(0);
  // Enter was pressed before the answer to what is typed has come: what stands there is of other letters.
  const isEntered = useRef(false);

  const go = useCallback(
    (item: FoundItem): void => {
      close();
      router.push(item.href);
    },
    [close, router],
  );

  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(
      () => {
        void find(words, leaving.signal).then((found) => {
          if (leaving.signal.aborted) return;
          const first = inGroups(found)[0]?.items[0];
          if (isEntered.current && first !== undefined) go(first);
          isEntered.current = false;
          setAnswer({ words, found });
          setChosen(0);
        });
      },
      words === '' ? 0 : settleMs,
    );
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [words, go]);

  const isAnswered = answer?.words === words;
  const groups = inGroups(answer?.found ?? null);
  const ordered = groups.flatMap((group) => group.items);
  const optionId = (item: FoundItem): string => `${id}-${ordered.indexOf(item)}`;
  const here = ordered[chosen];

  const choose = (index: number): void => {
    const wrapped = ordered.length === 0 ? 0 : (index + ordered.length) % ordered.length;
    setChosen(wrapped);
    document.getElementById(`${id}-${wrapped}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const steps: Readonly<Record<string, number>> = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 };
    const next = steps[event.key];
    if (next !== undefined) choose(next);
    else if (event.key !== 'Enter') return;
    else if (!isAnswered) isEntered.current = true;
    else if (here !== undefined) go(here);
    event.preventDefault();
  };

  return (
    <Dialog label="Search" close={close}>
      <div className="sticky top-0 border-b border-line bg-surface p-3">
        <input
          role="combobox"
          aria-label="Search pages, domains, endpoints, incidents and findings"
          aria-controls={`${id}-list`}
          aria-expanded={ordered.length > 0}
          aria-autocomplete="list"
          aria-activedescendant={here === undefined ? undefined : optionId(here)}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          value={words}
          onChange={(event) => {
            isEntered.current = false;
            setWords(event.target.value);
          }}
          onKeyDown={onKeyDown}
          placeholder="Page, domain, host:port, incident or finding"
          className="min-h-10 w-full rounded-md border border-line-strong bg-surface px-3 text-lg"
        />
        <p role="status" className="mt-2 px-1 text-xs text-muted">
          {answer === null || !isAnswered ? 'Looking…' : wordsOf(answer.found)}
        </p>
      </div>
      <div role="listbox" id={`${id}-list`} aria-label="Found" className="p-2">
        {groups.map(({ title, items: members }) => (
          <div key={title} role="group" aria-label={title} className="mb-2">
            <div aria-hidden="true" className="px-2 py-1 text-2xs font-semibold tracking-wide text-muted uppercase">
              {title}
            </div>
            {members.map((item) => (
              <div
                key={`${item.href} ${item.text}`}
                id={optionId(item)}
                role="option"
                aria-selected={item === here}
                onClick={() => go(item)}
                onPointerMove={() => setChosen(ordered.indexOf(item))}
                className={`flex min-h-9 cursor-pointer items-baseline gap-3 rounded-md px-2 py-1.5 ${
                  item === here ? 'bg-sunken outline-2 -outline-offset-2 outline-accent' : ''
                }`}
              >
                <bdi className="[overflow-wrap:anywhere]">{item.text}</bdi>
                <bdi className="ml-auto max-w-2/5 shrink-0 text-right text-xs text-muted [overflow-wrap:anywhere]">
                  {item.detail}
                </bdi>
              </div>
            ))}
          </div>
        ))}
      </div>
    </Dialog>
  );
}
