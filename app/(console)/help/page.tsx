import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { ChoiceButtons } from '#components/choice-buttons.tsx';
import { glossary, whereToLook } from '#components/shell/glossary.ts';
import { ShortcutTable } from '#components/shell/shortcut-table.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { Tone } from '#components/ui/tone.ts';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { chooseKeysAction, chooseTimesAction } from '#app/_actions/session.ts';
import { requirePerson } from '#app/_auth/session.ts';

export const metadata: Metadata = { title: 'Help' };

const states: readonly { readonly tone: Tone; readonly word: string; readonly meaning: string }[] = [
  { tone: 'crit', word: 'Critical', meaning: 'Customers are locked out or exposed now, or will be within hours. Act.' },
  { tone: 'fail', word: 'Error', meaning: 'Something does not do what it says. Act today.' },
  { tone: 'warn', word: 'Warning', meaning: 'It works, and will not for long, or only for some. Plan it.' },
  { tone: 'info', word: 'Note', meaning: 'Worth knowing. Nobody is woken.' },
  { tone: 'ok', word: 'Fine', meaning: 'It was looked at lately, and every check holds.' },
  {
    tone: 'unknown',
    word: 'Unknown',
    meaning: 'Nobody could look, or the last look is too old. It is neither good nor bad, and never shown as good.',
  },
];

export default async function HelpPage() {
  await requirePerson();
  const jar = await cookies();
  return (
    <>
      <PageHeader title="Help">What the words and the marks mean, where to find what, and the keys.</PageHeader>
      <div className="space-y-6">
        <Panel title="Where to look">
          <ul className="grid gap-x-8 gap-y-1 sm:grid-cols-2">
            {whereToLook.map(({ question, href, page }) => (
              <li key={question} className="flex min-h-8 flex-wrap items-center gap-x-2">
                {question}
                <Link href={href} className="link inline-flex min-h-6 items-center">
                  {page}
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
        <Panel title="How to read states">
          <dl className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
            {states.map(({ tone, word, meaning }) => (
              <div key={word}>
                <dt>
                  <ToneLabel tone={tone}>{word}</ToneLabel>
                </dt>
                <dd className="text-muted">{meaning}</dd>
              </div>
            ))}
          </dl>
          <p className="mt-4 max-w-prose">
            Every state has a shape and a word besides its colour. When this page has lost its connection, all of it
            turns grey and the bar above says since when: what you see was true then.
          </p>
        </Panel>
        <Panel title="Keys">
          <ShortcutTable />
          <div className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line pt-4">
            <ChoiceButtons
              label="Single keys"
              name="keys"
              options={[
                { value: 'on', text: 'Single keys on' },
                { value: 'off', text: 'off' },
              ]}
              current={jar.get('keys')?.value === 'off' ? 'off' : 'on'}
              action={chooseKeysAction}
            />
            <p className="max-w-prose text-sm text-muted">
              Off: only Ctrl K or ⌘ K does something. For whoever speaks to the computer, or strikes a key by accident.
            </p>
          </div>
        </Panel>
        <Panel title="Times">
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <ChoiceButtons
              label="How times are written"
              name="times"
              options={[
                { value: 'utc', text: 'UTC' },
                { value: 'local', text: 'Local' },
              ]}
              current={jar.get('times')?.value === 'local' ? 'local' : 'utc'}
              action={chooseTimesAction}
            />
            <p className="max-w-prose text-sm text-muted">
              Logs and colleagues elsewhere speak UTC. Local is the time of this computer, with how far it is from UTC;
              pictures, files and mails stay in UTC. Without JavaScript all times are UTC.
            </p>
          </div>
        </Panel>
        <Panel title="Words">
          <dl className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
            {glossary.map(({ word, meaning, href }) => (
              <div key={word}>
                <dt className="font-medium">
                  {href === null ? (
                    word
                  ) : (
                    <Link href={href} className="link inline-flex min-h-6 items-center">
                      {word}
                    </Link>
                  )}
                </dt>
                <dd className="text-muted">{meaning}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
    </>
  );
}
