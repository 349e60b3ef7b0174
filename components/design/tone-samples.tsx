import { Badge, badgeLooks } from '../ui/badge.tsx';
import { Banner } from '../ui/banner.tsx';
import { Cell, DataTable } from '../ui/data-table.tsx';
import { Panel } from '../ui/panel.tsx';
import type { Tone } from '../ui/tone.ts';
import { tones } from '../ui/tone.ts';
import { ToneLabel, toneLabelLooks } from '../ui/tone-label.tsx';
import { keysOf } from './keys-of.ts';

const meanings: Readonly<Record<Tone, { readonly word: string; readonly when: string }>> = {
  crit: { word: 'Critical', when: 'Customers are cut off or open to an attack, now.' },
  fail: { word: 'Error', when: 'Something is wrong and has to be repaired.' },
  warn: { word: 'Warning', when: 'Works today; has a date after which it does not.' },
  info: { word: 'Note', when: 'Worth to know; nothing to do.' },
  ok: { word: 'Fine', when: 'We looked, lately, and all is as it should be.' },
  unknown: { word: 'Unknown', when: 'We did not look, could not, or it was too long ago. Never shown green.' },
};

const badgeMeanings: Readonly<Record<keyof typeof badgeLooks, string>> = {
  plain: 'says what something is',
  dashed: 'a guess',
};

/** Each tone in each of its looks, and what it is for. */
export function ToneSamples() {
  return (
    <Panel title="Tones, labels and badges" flush>
      <DataTable caption="Tones" columns={['Tone', ...keysOf(toneLabelLooks), 'When']}>
        {tones.map((tone) => (
          <tr key={tone}>
            <Cell mono>{tone}</Cell>
            {keysOf(toneLabelLooks).map((look) => (
              <Cell key={look}>
                <ToneLabel tone={tone} look={look}>
                  {meanings[tone].word}
                </ToneLabel>
              </Cell>
            ))}
            <Cell>
              <span className="block min-w-56">{meanings[tone].when}</span>
            </Cell>
          </tr>
        ))}
      </DataTable>
      <p className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3">
        <span className="text-sm text-muted">Badges:</span>
        {keysOf(badgeLooks).map((look) => (
          <Badge key={look} dashed={look === 'dashed'}>
            {badgeMeanings[look]}
          </Badge>
        ))}
      </p>
    </Panel>
  );
}

/** A sentence that must not be missed, in each tone. */
export function BannerSamples() {
  return (
    <Panel title="Banners">
      <div className="space-y-3">
        {tones.map((tone) => (
          <Banner key={tone} tone={tone}>
            <strong>{meanings[tone].word}.</strong> {meanings[tone].when}{' '}
            <a className="link" href="#tones">
              A link inside
            </a>
          </Banner>
        ))}
      </div>
    </Panel>
  );
}
