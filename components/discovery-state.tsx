import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

export interface DiscoveryProgress {
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly error: string | null;
}

/** How far the latest look at DNS is. */
export function DiscoveryState({ progress, now }: { readonly progress: DiscoveryProgress; readonly now: number }) {
  const { state, requestedAt, startedAt, finishedAt, error } = progress;
  switch (state) {
    case 'queued':
      return (
        <Banner tone="info">
          Waiting for a worker since <TimeStamp at={requestedAt} now={now} form="relative" />. The page follows by
          itself.
        </Banner>
      );
    case 'running':
      return (
        <Banner tone="info">
          Asking DNS since <TimeStamp at={startedAt ?? requestedAt} now={now} form="relative" />. The page follows by
          itself.
        </Banner>
      );
    case 'failed':
      return (
        <Banner tone="fail">
          The last look failed <TimeStamp at={finishedAt ?? requestedAt} now={now} form="relative" />:{' '}
          <ForeignText text={error ?? 'for a reason that was not noted.'} />
        </Banner>
      );
    case 'done':
      return null;
  }
}
