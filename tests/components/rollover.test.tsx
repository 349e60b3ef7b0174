import { renderToStaticMarkup } from 'react-dom/server';
import { RolloverLight } from '#components/rollover-light.tsx';
import { RolloverServers } from '#components/rollover-servers.tsx';
import { RolloverSteps } from '#components/rollover-steps.tsx';
import { RolloverTable } from '#components/rollover-table.tsx';

const now = Date.UTC(2026, 10, 25, 12);
const text = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

describe('a rollover on a page', () => {
  it.each([
    ['go', 'GO', 'tone-ok'],
    ['no-go', 'NO-GO', 'tone-crit'],
    ['deployed', 'Deployed', 'tone-info'],
    ['done', 'Done', 'tone-ok'],
  ] as const)('shows the light %s as a word and a shape', (light, word, tone) => {
    const html = renderToStaticMarkup(<RolloverLight light={light} why="So it is." greenAt={null} now={now} />);
    expect(text(html)).toContain(`Deploy now? ${word} So it is.`);
    expect(html).toContain(tone);
    expect(html).toContain('<svg');
    expect(text(html)).not.toContain('Turns green');
  });

  it('says when the light turns green', () => {
    const html = renderToStaticMarkup(
      <RolloverLight light="no-go" why="Caches." greenAt={now + 43 * 60_000} now={now} />,
    );
    expect(text(html)).toMatch(/Turns green in 43 min/);
    expect(html).toContain('dateTime="2026-11-25T12:43:00.000Z"');
  });

  it('marks the step that is due, and cuts what strangers wrote', () => {
    const later = { state: 'later', since: null, opensAt: null, text: 'x' } as const;
    const html = renderToStaticMarkup(
      <RolloverSteps
        now={now}
        gates={[
          { ...later, name: 'publish', state: 'open', since: now - 60_000 },
          { ...later, name: 'caches', state: 'closed', opensAt: now + 60_000, text: 'ns1.example.org\u202e says no' },
          { ...later, name: 'deploy' },
          { ...later, name: 'retire' },
        ]}
      />,
    );
    expect(html.match(/aria-current="step"/g)).toHaveLength(1);
    expect(text(html)).toMatch(/1 Publish the new record.*Done.*2 Wait until.*Now.*3 Deploy.*Later.*4 Take the old/);
    expect(html).not.toContain('\u202e');
  });

  it('does not take a silent name server for one without the record', () => {
    const server = { host: 'ns1.example.org', address: '192.0.2.53' };
    const row = (gives: { next: boolean; old: boolean; ttlSeconds: number | null } | null) =>
      text(renderToStaticMarkup(<RolloverServers servers={[{ ...server, gives }]} wantsOld />));
    expect(row(null)).toContain('No answer No answer –');
    expect(row({ next: true, old: false, ttlSeconds: 300 })).toContain('Yes No 300 s');
  });

  it('lists a closed one as closed, whatever its light was', () => {
    const item = {
      ...{ id: 'r1', host: 'mail.example.org', port: 993, record: '3 1 1 abc…', light: 'no-go' as const },
      ...{ greenAt: null, startedAt: now, startedBy: 'ada', closedAt: now },
    };
    const html = text(renderToStaticMarkup(<RolloverTable items={[item]} now={now} />));
    expect(html).toContain('Closed');
    expect(html).not.toContain('NO-GO');
  });
});
