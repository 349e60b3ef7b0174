import { severityNumber, type Severity } from '#lib/model/finding.ts';
import { verdictSentence, type Standing } from '#lib/now/verdict-sentence.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { ToneIcon } from '../ui/tone-icon.tsx';
import { toneOfSeverity, type Tone } from '../ui/tone.ts';

/** Good only where something is watched, all of it was seen lately, and no fault waits. */
export function verdictTone({ faults, servers, unknown }: Standing, worst: readonly Severity[]): Tone {
  const [first] = worst.toSorted((a, b) => severityNumber[a] - severityNumber[b]);
  if (faults > 0) return first === undefined ? 'warn' : toneOfSeverity[first];
  return servers === 0 || unknown > 0 ? 'unknown' : 'ok';
}

/** The title of the first page: whether somebody is needed, and of how much that is said. */
export function Verdict({ worst, ...standing }: Standing & { readonly worst: readonly Severity[] }) {
  const { verdict, scope } = verdictSentence(standing);
  return (
    <PageHeader
      title={
        <span className="flex items-baseline gap-3">
          <span className="translate-y-0.5 self-start pt-1">
            <ToneIcon tone={verdictTone(standing, worst)} size={24} />
          </span>
          <span>
            {verdict} <span className="font-normal text-muted">{scope}</span>
          </span>
        </span>
      }
    />
  );
}
