'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { readToldSteps } from '#lib/setup/read-told-steps.ts';
import { latestSteps, type SetupStep } from '#lib/setup/setup-step.ts';
import { SetupTree } from './setup-tree.tsx';

/** A stream that cannot be held open: the page asks for itself instead. */
const pollMs = 2_000;

/** The checklist that fills in by itself: by events of the server, or by asking again where none come. */
export function SetupProgress({
  runId,
  place,
  steps,
  waiting,
}: {
  readonly runId: string;
  /** Where `steps` end, as the stream's Last-Event-ID has it. */
  readonly place: string;
  readonly steps: readonly SetupStep[];
  /** Why nothing comes yet; null: a worker is at it. */
  readonly waiting: string | null;
}) {
  const router = useRouter();
  const [told, setTold] = useState<readonly SetupStep[] | null>(steps);
  const [first] = useState(place);

  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | null = null;
    const stream = new EventSource(`/live/setup/${runId}?after=${encodeURIComponent(first)}`);
    stream.addEventListener('steps', ({ data }: MessageEvent<unknown>) => {
      const news = readToldSteps(String(data));
      setTold((known) => latestSteps([...(known ?? []), ...news]));
    });
    stream.addEventListener('anew', () => setTold([]));
    stream.addEventListener('done', () => {
      stream.close();
      router.refresh();
    });
    stream.addEventListener('error', () => {
      // A stream that was cut is taken up again by the browser; one that was refused is not.
      if (stream.readyState !== EventSource.CLOSED || timer !== null) return;
      setTold(null);
      timer = setInterval(() => router.refresh(), pollMs);
    });
    return () => {
      stream.close();
      if (timer !== null) clearInterval(timer);
    };
  }, [first, router, runId]);

  const shown = told ?? steps;
  const open = shown.filter(({ state }) => state === 'asking').length;
  const answered = shown.length - open;
  const words =
    shown.length === 0 ? (waiting ?? 'A worker begins.') : `${String(answered)} of ${String(shown.length)} answered.`;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
        <progress
          className="h-2 w-48 max-w-full accent-accent"
          max={Math.max(1, shown.length)}
          value={answered}
          aria-label="Answered so far"
        />
        <span className="text-sm text-muted">{words}</span>
      </div>
      <div className="border-t border-line">
        <SetupTree steps={shown} />
      </div>
    </>
  );
}
