import { renderToStaticMarkup } from 'react-dom/server';
import { publishedItem } from '#app/_queries/published-item.ts';
import type { ServiceLiveness } from '#app/_queries/service-liveness.ts';
import { PublishedTable } from '#components/published-table.tsx';
import type { DomainObservation, PublishedConfiguration, SrvRecord } from '#lib/model/observation.ts';
import { serviceTable } from '#lib/model/endpoint.ts';
import { changeSrv, healthyDomain, olderDomain } from '#tests/support/observations.ts';
import {
  autoconfigUrl,
  autoconfigXml,
  fetchedDocument,
  healthyConfiguration,
  policyUrl,
  txtLookup,
} from '#tests/support/published-configuration.ts';

const alive: readonly ServiceLiveness[] = serviceTable.map(({ service, tlsMode, port }) => ({
  service,
  tlsMode,
  host: service === 'submission' ? 'submit.example.org' : 'mail.example.org',
  port,
  alive: true,
}));
const withState = (port: number, state: boolean | null) =>
  alive.map((one) => (one.port === port ? { ...one, alive: state } : one));

function publishing(change: Partial<PublishedConfiguration>): DomainObservation {
  return { ...healthyDomain(), configuration: healthyConfiguration(change) };
}

const naming = (server: string) =>
  publishing({ autoconfig: [fetchedDocument(autoconfigUrl, autoconfigXml([server]))] });
const denied: SrvRecord = { priority: 0, weight: 0, port: 0, target: '.' };

function agreements(seen: DomainObservation, watched: readonly ServiceLiveness[]): readonly string[] | undefined {
  return publishedItem('example.org', seen, watched)?.rows.map(
    ({ service, agreement }) => `${service}: ${agreement.word} (${agreement.tone})`,
  );
}

describe('what clients are told', () => {
  it('agrees where every place names what is alive', () => {
    expect(agreements(healthyDomain(), alive)).toEqual([
      'IMAP: Agree (ok)',
      'POP3: Agree (ok)',
      'Submission: Agree (ok)',
    ]);
  });

  it.each<readonly [string, DomainObservation, readonly ServiceLiveness[], string]>([
    ['a server that does not answer', healthyDomain(), withState(993, false), 'IMAP: Leads nowhere (fail)'],
    ['a server that nobody looked at', healthyDomain(), withState(993, null), 'IMAP: Not all known (unknown)'],
    ['a server that is not watched', healthyDomain(), [], 'IMAP: Not all known (unknown)'],
    ['a document without TLS', naming('imap mail.example.org 143 plain'), alive, 'IMAP: No TLS is named (fail)'],
    ['a document that says another', naming('imap mail.example.net 993 SSL'), alive, 'IMAP: Differ (warn)'],
    [
      'a web server that is silent',
      publishing({
        autoconfig: [{ ok: false, url: autoconfigUrl, tls: null, failure: { stage: 'connect', reason: 'timeout' } }],
      }),
      alive,
      'IMAP: Not all known (unknown)',
    ],
    [
      'SRV records that deny it',
      {
        ...changeSrv('_imaps', [denied]),
        srv: [
          ...changeSrv('_imaps', [denied]).srv.filter(({ label }) => label !== '_imap'),
          ...changeSrv('_imap', [denied]).srv.filter(({ label }) => label === '_imap'),
        ],
      },
      alive,
      'IMAP: Denied, yet alive (fail)',
    ],
  ])('is never called fine with %s', (_fault, seen, watched, expected) => {
    expect(agreements(seen, watched)?.[0]).toBe(expected);
  });

  it('is unknown where older versions looked', () => {
    expect(publishedItem('example.org', olderDomain(), alive)).toBeNull();
  });

  it.each<readonly [string, Partial<PublishedConfiguration>, string]>([
    ['all well', {}, 'Mode enforce, covers every MX host (ok)'],
    [
      'an MX host left out',
      { mtaStsPolicy: fetchedDocument(policyUrl, 'version: STSv1\nmode: testing\nmx: a.example\nmax_age: 86400') },
      'Mode testing, does not cover 1 MX (warn)',
    ],
    ['no policy', { mtaStsPolicy: fetchedDocument(policyUrl, '', { status: 404 }) }, 'The policy is not there (fail)'],
    [
      'no record',
      { mtaStsRecord: { ok: true, facts: txtLookup('_mta-sts.example.org', []) }, mtaStsPolicy: null },
      'Not used (null)',
    ],
    [
      'no answer',
      { mtaStsRecord: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } }, mtaStsPolicy: null },
      'Not known (unknown)',
    ],
  ])('has a word for MTA-STS with %s', (_case, change, expected) => {
    const [mtaSts] = publishedItem('example.org', publishing(change), alive)?.policies ?? [];
    expect(`${mtaSts?.word ?? ''} (${String(mtaSts?.tone)})`).toBe(expected);
  });

  it('shows the words of strangers as text', () => {
    const item = publishedItem('example.org', naming('imap &lt;b&gt;evil\u202e.example.org 993 SSL'), alive);
    if (item === null) throw new Error('nothing is published');
    const html = renderToStaticMarkup(<PublishedTable {...item} />);
    expect(html).not.toContain('<b>evil');
    expect(html).not.toContain('\u202e');
    expect(html).toContain('mail.example.org:993');
  });
});
