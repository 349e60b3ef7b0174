import { renderToStaticMarkup } from 'react-dom/server';
import { CheckList } from '#components/check-list.tsx';
import { DomainTile, judgeDns } from '#components/domain-tile.tsx';
import type { EndpointItem } from '#components/endpoint-table.tsx';
import { EndpointTable } from '#components/endpoint-table.tsx';
import type { FindingItem } from '#components/finding-list.tsx';
import { FindingList } from '#components/finding-list.tsx';
import { TlsaPanel } from '#components/tlsa-panel.tsx';
import type { TlsaItem } from '#components/tlsa-panel.tsx';
import type { Dnssec } from '#lib/model/dnssec.ts';
import { exampleObservation } from '#tests/app/support/seed.ts';

const now = Date.UTC(2026, 10, 24, 4);

describe('DNS records of a domain', () => {
  const seen = { worst: null, freshness: 'fresh', complete: true } as const;

  test('are fine only when every question was answered lately and nothing was found', () => {
    expect(judgeDns(seen)).toEqual({ tone: 'ok', word: 'Fine' });
    for (const other of [
      { ...seen, complete: false },
      { ...seen, freshness: 'stale' },
      { ...seen, freshness: 'stale', complete: false },
      { ...seen, freshness: 'never' },
      { ...seen, worst: 'info', complete: false },
    ] as const) {
      expect(judgeDns(other).tone).toBe('unknown');
    }
  });

  test('say the worst that was found, also when something was not seen', () => {
    expect(judgeDns({ ...seen, worst: 'warn' })).toEqual({ tone: 'warn', word: 'Warning' });
    expect(judgeDns({ ...seen, worst: 'fail', complete: false })).toEqual({ tone: 'fail', word: 'Error' });
    expect(judgeDns({ ...seen, worst: 'fail', freshness: 'stale' }).word).toBe('Stale, was: error');
  });

  test('are a word of the tile, beside the name in Unicode', () => {
    const html = renderToStaticMarkup(
      <DomainTile
        name="xn--bcher-kva.example"
        unicode="bücher.example"
        services={[]}
        dns={{ ...seen, worst: 'warn' }}
      />,
    );
    expect(html).toMatch(/DNS<\/dt>.*Warning/);
    expect(html).toContain('bücher.example');
  });
});

describe('a finding that the latest look could not see', () => {
  const finding: FindingItem = {
    id: 'f',
    code: 'certificate-expiry',
    verdict: 'fail',
    packs: null,
    acceptance: null,
    title: 'Expired',
    expected: 'Valid',
    got: 'Expired',
    fix: 'Renew it.',
    refs: ['RFC 5280 section 4.1'],
    address: null,
    statements: [],
    evidenceHref: null,
    commands: [],
    since: now - 7_200_000,
    notSeenSince: null,
  };

  test('says so and when it was seen last', () => {
    const html = renderToStaticMarkup(<FindingList items={[{ ...finding, notSeenSince: now - 60_000 }]} now={now} />);
    expect(html).toContain('not seen this time');
    expect(html).toContain('1 minute ago');
    expect(renderToStaticMarkup(<FindingList items={[finding]} now={now} />)).not.toContain('not seen this time');
  });

  test('is told from a check that never found anything, and neither is green', () => {
    const check = {
      code: 'certificate-expiry',
      summary: 'The certificate has expired',
      verdict: 'inconclusive',
      packs: null,
    } as const;
    const held = renderToStaticMarkup(<CheckList items={[{ ...check, holds: true }]} stale={false} />);
    const unseen = renderToStaticMarkup(<CheckList items={[{ ...check, holds: false }]} stale={false} />);
    expect(held).toContain('Not seen this time');
    expect(unseen).toContain('Could not look');
    expect(held + unseen).not.toContain('tone-ok');
  });
});

test('an endpoint that is only a guess is told from one that a record names too', () => {
  const endpoint: Omit<EndpointItem, 'origins'> = {
    id: 'e',
    service: 'pop3',
    tlsMode: 'implicit',
    host: 'pop.example.org',
    port: 995,
    verdict: null,
    freshness: 'never',
    lastProbedAt: null,
  };
  const render = (origins: readonly string[]) =>
    renderToStaticMarkup(<EndpointTable items={[{ ...endpoint, origins }]} now={now} />);
  expect(render(['guess'])).toContain('only a guess');
  expect(render(['guess', 'srv'])).not.toContain('only a guess');
});

describe('a TLSA record', () => {
  const { tlsa } = exampleObservation('mail.example.org', now);
  if (tlsa === null) throw new Error('the example has TLSA records');
  const result = { matches: true, text: 'matches the server certificate', addresses: ['192.0.2.10'] };
  const record: TlsaItem = {
    usage: 3,
    selector: 1,
    matchingType: 1,
    data: 'ab'.repeat(32),
    standing: 'in use',
    results: [result],
  };
  const secure: Dnssec = { state: 'secure', expiresAt: now + 86_400_000 };
  const render = (items: readonly TlsaItem[], stale: boolean, dnssec: Dnssec = secure) => {
    if (!tlsa.lookup.ok) throw new Error('the example has TLSA records');
    const seen = { ...tlsa, lookup: { ok: true, facts: { ...tlsa.lookup.facts, dnssec } } } as const;
    return renderToStaticMarkup(
      <TlsaPanel {...{ tlsa: seen, items, stale, now }} failure={null} rolloverHref={null} />,
    );
  };

  /** Without the line about DNSSEC. */
  const tableOf = (html: string) => html.slice(0, html.indexOf('</table>'));

  test('is marked where it matches, and only while that is news', () => {
    expect(tableOf(render([record], false))).toContain('tone-ok');
    const old = render([record], true);
    expect(old).toContain('was: matches the server certificate');
    expect(old).not.toContain('tone-ok');
  });

  test.each<readonly [Dnssec, string, string]>([
    [{ state: 'insecure', provenAt: 'example.org', reason: 'no-ds' }, 'Insecure', 'they are ignored'],
    [
      { state: 'bogus', at: 'example.org DNSKEY', why: 'its signature has expired', reason: 'signature-expired' },
      'Bogus',
      'hold back mail',
    ],
    [{ state: 'indeterminate', why: 'no server answered', reason: 'no-answer' }, 'Indeterminate', 'is not known'],
    [{ state: 'secure', expiresAt: now - 1 }, 'Was secure, expired since', 'go by these records'],
  ])('is not green where DNSSEC is %j', (dnssec, word, meaning) => {
    const html = render([record], false, dnssec);
    expect(html).toContain(word);
    expect(html).toContain(meaning);
    expect(html).toContain('matches the server certificate');
    expect(html).not.toContain('tone-ok');
  });

  test('says why DNSSEC does not secure it', () => {
    expect(
      render([record], false, {
        state: 'bogus',
        at: 'example.org DNSKEY',
        why: 'its signature has expired',
        reason: 'signature-expired',
      }),
    ).toContain('example.org DNSKEY: its signature has expired');
    expect(render([], false)).toContain('nobody expects DANE here');
    expect(render([record], false)).toContain('in use');
  });

  test('that does not match, or was not compared, is not green', () => {
    const other = { ...record, results: [{ ...result, matches: false, text: 'is of no certificate shown' }] };
    const html = render([other, { ...record, results: [] }], false);
    expect(html).toContain('is of no certificate shown');
    expect(html).toContain('not compared');
    expect(tableOf(html)).not.toContain('tone-ok');
  });
});
