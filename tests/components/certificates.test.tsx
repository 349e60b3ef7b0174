import { renderToStaticMarkup } from 'react-dom/server';
import type { CertificateItem } from '#components/certificates/certificate-item.ts';
import { judgeValidity } from '#components/certificates/certificate-item.ts';
import { CertificateTable } from '#components/certificates/certificate-table.tsx';
import { CertificateTimeline } from '#components/certificates/certificate-timeline.tsx';
import { timeScale, zoomDays } from '#components/certificates/time-scale.ts';
import { dayMs, testNow as now } from '#tests/support/certificates.ts';

const item: CertificateItem = {
  ...{ group: null, fingerprint: 'ab', name: 'mail.example.org', issuer: 'CN=CA', key: 'EC 256' },
  ...{ notBefore: now - 30 * dayMs, notAfter: now + 60 * dayMs, selfSigned: false, weaknesses: [] },
  places: [
    {
      endpointId: 'E1',
      host: 'mail.example.org',
      port: 993,
      service: 'IMAP',
      addresses: ['192.0.2.1'],
      silentSince: null,
    },
  ],
  ...{ total: 1, moreThan: false, successor: null, marks: [] },
};
const timeline = (...items: readonly Partial<CertificateItem>[]) =>
  renderToStaticMarkup(
    <CertificateTimeline items={items.map((change) => ({ ...item, ...change }))} zoom={90} now={now} />,
  );
const table = (change: Partial<CertificateItem>) =>
  renderToStaticMarkup(
    <CertificateTable
      items={[{ ...item, ...change }]}
      columns={[{ text: 'Ends', href: '/certificates?sort=-end', sorted: 'ascending' }]}
      now={now}
    />,
  );

describe('how urgent an end is', () => {
  it('goes by the share of the lifetime that is left, as findings do', () => {
    const of = (days: number) =>
      judgeValidity({ notBefore: now - 90 * dayMs + days * dayMs, notAfter: now + days * dayMs }, now);
    expect([60, 23, 20, 6, 0.5, -1].map((days) => of(days).tone)).toEqual(['ok', 'ok', 'warn', 'crit', 'crit', 'crit']);
    expect(of(-1).word).toBe('Expired 1 day ago');
    expect(judgeValidity({ notBefore: now + dayMs, notAfter: now + 9 * dayMs }, now).word).toBe('Valid only in 1 day');
  });
});

describe('the timeline', () => {
  it('writes out what cannot be seen in names of strangers, and runs nothing of them', () => {
    const hostile = '\u202e<script>alert(1)</script>\u0000';
    const place = {
      ...item.places[0],
      endpointId: 'E',
      host: hostile,
      port: 1,
      service: 'IMAP',
      addresses: [hostile],
      silentSince: null,
    };
    for (const html of [
      timeline({ name: hostile, group: hostile, places: [place] }),
      table({ name: hostile, issuer: hostile, group: hostile, places: [place] }),
    ]) {
      expect(html).not.toContain('<script');
      expect(html).not.toContain('\u202e');
      expect(html).toContain('U+202E');
      expect(html).not.toContain('style=');
    }
  });

  it('puts neighbours of one group under one heading', () => {
    const html = timeline(
      { group: 'a', fingerprint: '1' },
      { group: 'a', fingerprint: '2' },
      { group: 'b', fingerprint: '1' },
    );
    expect(html.match(/<h3/g)).toHaveLength(2);
    expect(html.match(/<li data-row/g)).toHaveLength(3);
  });

  it('names a successor and what is dated beside it, signatures only where they end soon', () => {
    const successor = {
      fingerprint: 'cd',
      notBefore: now,
      notAfter: now + 90 * dayMs,
      endpointId: 'E2',
      place: 'mail.example.org:995 at 192.0.2.2',
    };
    const mark = { kind: 'signatures', from: 0, about: 'mail.example.org', href: '/endpoints/E1' } as const;
    const wait = {
      kind: 'tlsa-wait',
      from: now,
      to: now + dayMs,
      about: 'mail.example.org',
      href: '/rollovers/R',
    } as const;
    const far = timeline({ successor, marks: [{ ...mark, to: now + 20 * dayMs }, wait] });
    expect(far).toContain('mail.example.org:995 at 192.0.2.2');
    expect(far).toContain('/rollovers/R');
    expect(far).not.toContain('DNSSEC signatures end</a>');
    expect(timeline({ marks: [{ ...mark, to: now + dayMs }] })).toContain('DNSSEC signatures end</a>');
    expect(table({ marks: [{ ...mark, to: now + 20 * dayMs }] })).toContain('DNSSEC signatures end</a>');
  });

  it('says what is not shown, and that a server does not answer', () => {
    const [place] = item.places;
    if (place === undefined) throw new Error('an item has a place');
    expect(timeline({ total: 7 })).toContain('6 more');
    expect(timeline({ total: 150, moreThan: true })).toContain('more than 149 more');
    expect(timeline({ places: [{ ...place, silentSince: now - 3 * 3_600_000 }] })).toContain('no answer since');
    expect(timeline({ selfSigned: true, weaknesses: ['short-key'] })).toMatch(/self-signed.*key too short/s);
  });
});

describe('the table', () => {
  it('says by what it is sorted', () => {
    expect(table({})).toContain('aria-sort="ascending"');
    expect(table({})).toContain('href="/certificates?sort=-end"');
  });
});

describe('the scale of time', () => {
  it('has today near its beginning and few dates, at every zoom', () => {
    for (const days of zoomDays) {
      const scale = timeScale(days, now);
      expect(scale.percentOf(now)).toBeCloseTo(100 / 11);
      expect(scale.percentOf(now + 1000 * dayMs)).toBe(100);
      expect(scale.ticks.length).toBeGreaterThan(3);
      expect(scale.ticks.length).toBeLessThan(10);
      expect(scale.ticks.every((at) => at % dayMs === 0 && at >= scale.start && at < scale.end)).toBe(true);
    }
  });
});
