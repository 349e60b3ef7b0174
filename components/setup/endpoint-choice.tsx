import type { Verdict } from '#lib/model/finding.ts';
import { Badge } from '../ui/badge.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { toneOfVerdict, wordOfVerdict, type Tone } from '../ui/tone.ts';
import { ToneLabel } from '../ui/tone-label.tsx';
import { MonitorButton } from './monitor-button.tsx';

/** An endpoint that was found, as the choice shows it. */
export interface SetupEndpointItem {
  /** What the form sends where it is ticked. */
  readonly key: string;
  /** `imap.example.org:993` */
  readonly place: string;
  /** `IMAP, implicit TLS` */
  readonly title: string;
  readonly guess: boolean;
  readonly standing: 'answers' | 'silent' | 'silent-guess' | 'blocked' | 'unseen';
  /** Worst finding; null: none. */
  readonly worst: Verdict | null;
  /** Its addresses with their times, or why there is none. */
  readonly text: string;
}

function judge({ standing, worst }: SetupEndpointItem): { readonly tone: Tone; readonly word: string } {
  switch (standing) {
    case 'answers':
      return worst === null || worst === 'info'
        ? { tone: 'ok', word: 'Fine' }
        : { tone: toneOfVerdict[worst], word: wordOfVerdict[worst] };
    case 'silent':
    case 'silent-guess':
      return { tone: 'fail', word: 'No answer' };
    case 'blocked':
      return { tone: 'unknown', word: 'Not public' };
    case 'unseen':
      return { tone: 'unknown', word: 'Not looked at' };
  }
}

/** All that was found, ticked; the button says how many are. Fields of the form around it. */
export function EndpointChoice({ items }: { readonly items: readonly SetupEndpointItem[] }) {
  return (
    <>
      <fieldset>
        <legend className="sr-only">Endpoints to monitor</legend>
        <ul className="divide-y divide-line">
          {items.map((item) => {
            const { tone, word } = judge(item);
            return (
              <li key={item.key}>
                <label className="grid cursor-pointer grid-cols-[1.5rem_1fr] items-start gap-x-3 gap-y-0.5 px-4 py-2.5 hover:bg-sunken sm:grid-cols-[1.5rem_1fr_8rem]">
                  <input
                    type="checkbox"
                    name="endpoint"
                    value={item.key}
                    defaultChecked
                    className="mt-0.5 size-5 accent-accent"
                  />
                  <span className="min-w-0">
                    <span className="font-mono text-sm font-medium">
                      <ForeignText text={item.place} maxLength={260} />
                    </span>{' '}
                    <span className="text-sm text-muted">{item.title}</span>{' '}
                    {item.guess ? <Badge dashed>guess</Badge> : null}
                    <span className="block text-sm text-muted">
                      <ForeignText text={item.text} maxLength={300} />
                    </span>
                  </span>
                  <span className="max-sm:col-start-2">
                    <ToneLabel tone={tone}>{word}</ToneLabel>
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
      </fieldset>
      <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3">
        <MonitorButton offered={items.length} />
        <span className="text-sm text-muted">
          What is not ticked is left alone, also when discovery finds it again.
        </span>
      </div>
    </>
  );
}
