import type { IncidentTimes } from '#lib/incidents/incident-times.ts';
import { durationText } from './duration-text.ts';
import { Facts } from './ui/facts.tsx';

function detected({ detectMs, detectAtMostMs }: IncidentTimes): string {
  if (detectMs === null) return 'It was never confirmed.';
  const confirmed = `${durationText(detectMs)} from the first sight until it was confirmed`;
  return detectAtMostMs === null
    ? `${confirmed}; when the last good look was is not kept`
    : `${confirmed}; at most ${durationText(detectAtMostMs)} since the last good look`;
}

/** What an incident that is over took, worked out from its history. */
export function IncidentNumbers({ times }: { readonly times: IncidentTimes }) {
  const { durationMs, acknowledgeMs } = times;
  return (
    <Facts
      facts={[
        { name: 'It lasted', value: durationMs === null ? 'It is not over.' : durationText(durationMs) },
        { name: 'Until it was found', value: detected(times) },
        {
          name: 'Until somebody took it',
          value: acknowledgeMs === null ? 'Nobody acknowledged it.' : durationText(acknowledgeMs),
        },
      ]}
    />
  );
}
