import { renderToStaticMarkup } from 'react-dom/server';
import { CensusTrend } from '#components/census-trend.tsx';
import { SilenceLanes, silenceWords } from '#components/silence-lanes.tsx';
import { Sparkline } from '#components/sparkline.tsx';
import { backupSummary } from '#components/backup-standing.ts';
import { byteSize } from '#lib/model/byte-size.ts';

const hourMs = 3_600_000;
const now = Date.UTC(2026, 10, 25, 12);
const text = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

const lane = (state: 'usual' | 'quiet' | 'unknown', seen: number) => ({
  ...{ id: state, name: `source ${state}\u202e` },
  cells: [{ state, seen, expected: state === 'unknown' ? null : 1240 }],
});

describe('who fell silent', () => {
  it('is a number and a word, and names of sources are text', () => {
    const lanes = [lane('quiet', 6), lane('usual', 1200), lane('unknown', 3)];
    const html = renderToStaticMarkup(<SilenceLanes hours={[now - hourMs]} lanes={lanes} />);
    expect(text(html)).toContain('−1,234 missing: 6 came of about 1,240');
    expect(text(html)).toContain('as usual');
    expect(text(html)).toContain('not known');
    expect(html).toContain('U+202E');
    expect(html).not.toContain('\u202e');
  });

  it.each([
    [[lane('quiet', 6), lane('usual', 1200)], '1 of 2 fell silent'],
    [[lane('usual', 1200)], 'about as much as at this hour'],
    [[lane('unknown', 1)], 'after five days'],
  ])('is said in a sentence', (lanes, words) => {
    expect(silenceWords(lanes)).toContain(words);
  });
});

describe('latched over time', () => {
  const day = 24 * hourMs;
  const tags = [
    { tag: 'tls12', heights: [5, 40], counts: ['<5', '40'], advertised: { from: now, to: now + day } },
    { tag: 'tls-cert', heights: [null, 7], counts: ['–', '7'], advertised: null },
  ];
  const html = renderToStaticMarkup(<CensusTrend item={{ days: [now, now + day], tags }} />);

  it('is a picture with a table of the same', () => {
    expect(html.match(/<polyline/g)).toHaveLength(2);
    expect(text(html)).toMatch(/2026-11-25 <5|2026-11-25 &lt;5/);
    expect(text(html)).toContain('2026-11-25 to 2026-11-26');
    expect(text(html)).toContain('never seen');
  });

  it('tells lines apart by more than their colour', () => {
    const dashes = [...html.matchAll(/stroke-dasharray="([^"]*)"/g)].map(([, dash]) => dash);
    expect(new Set(dashes)).toEqual(new Set(['7 3']));
  });

  it('draws small lines from zero, with their words', () => {
    const line = renderToStaticMarkup(<Sparkline points={[100, 101]} words="100 to 101 in 29 days" />);
    const [, heights = ''] = /points="([^"]*)"/.exec(line) ?? [];
    const [first, last] = heights.split(' ').map((point) => Number(point.split(',')[1]));
    expect(Math.abs((first ?? 0) - (last ?? 99))).toBeLessThan(1);
    expect(text(line)).toContain('100 to 101 in 29 days');
    expect(renderToStaticMarkup(<Sparkline points={[3]} words="one day" />)).not.toContain('<svg');
  });
});

describe('backups in a sentence', () => {
  const none = { told: [], archiving: null, standbys: 0, databaseBytes: 1 };
  const told = (hours: number) => ({ ...none, told: [{ name: 'n', at: now - hours * hourMs, note: '' }] });

  it.each([
    [none, 'unknown', 'there may be none'],
    [told(3), 'ok', '3 h ago'],
    [told(30), 'warn', '30 h ago'],
    [told(24 * 9), 'fail', '9 days ago'],
    [{ ...none, archiving: { archivedAt: now, failedAt: now - 1, failures: 2 } }, 'ok', 'is archived'],
    [{ ...told(3), archiving: { archivedAt: now - 1, failedAt: now, failures: 2 } }, 'fail', 'fails'],
  ])('%j is %s', (standing, tone, words) => {
    const summary = backupSummary(standing, now);
    expect([summary.tone, summary.text.includes(words)]).toEqual([tone, true]);
  });

  it.each([
    [0, '0 kB'],
    [12_300, '12 kB'],
    [1_240_000, '1.2 MB'],
    [26_000_000, '26 MB'],
    [3e12, '3.0 TB'],
    [3e15, '3000 TB'],
  ])('%d octets are %s', (bytes, words) => {
    expect(byteSize(bytes)).toBe(words);
  });
});
