import type { FoundRecord, FoundTarget } from '#components/discovery-tree.tsx';
import { serviceTable } from '#lib/model/endpoint.ts';
import type { SeenDomain } from './discoveries.ts';

type Failure = { readonly stage: string; readonly reason: string; readonly said?: string | undefined };

function explain({ reason, said }: Failure): string {
  return said === undefined ? reason : `${reason} (${said})`;
}

function target(
  seen: SeenDomain,
  options: { readonly host: string; readonly port: number | null; readonly rank: string },
): FoundTarget {
  const lookup = seen.hosts.find(({ host }) => host === options.host)?.addresses;
  if (lookup === undefined) return { ...options, addresses: null, problem: null };
  if (!lookup.ok) return { ...options, addresses: null, problem: `no address: ${explain(lookup.failure)}` };
  const problem = lookup.facts.length === 0 ? 'no address' : null;
  return { ...options, addresses: lookup.facts, problem };
}

function dnssecText(dnssec: { readonly state: string; readonly why?: string | undefined } | null): string | null {
  if (dnssec === null) return null;
  return dnssec.why === undefined ? dnssec.state : `${dnssec.state}: ${dnssec.why}`;
}

function guesses(seen: SeenDomain): readonly FoundRecord[] {
  const guessed = seen.endpoints.filter(({ origin }) => origin === 'guess');
  if (guessed.length === 0) return [];
  const targets = guessed.map(({ target: { host, port } }) => target(seen, { host, port, rank: '' }));
  return [
    {
      owner: 'mail. imap. smtp. pop.',
      title: 'Well-known names',
      outcome: { kind: 'targets', targets, guessed: true },
      dnssec: null,
      ttlSeconds: null,
    },
  ];
}

/** What a discovery saw, in the words of its page. */
export function foundRecords(domain: string, seen: SeenDomain): readonly FoundRecord[] {
  const srv = seen.srv.map(({ owner, label, lookup }): FoundRecord => {
    const title = serviceTable.find((row) => row.srvLabel === label)?.title ?? label;
    const record = { owner: `${owner} SRV`, title };
    if (!lookup.ok) {
      return { ...record, outcome: { kind: 'unknown', why: explain(lookup.failure) }, dnssec: null, ttlSeconds: null };
    }
    const { records, dnssec, ttlSeconds } = lookup.facts;
    const offered = records.filter((one) => one.target !== '.');
    const evidence = { dnssec: dnssecText(dnssec), ttlSeconds };
    if (records.length === 0) return { ...record, outcome: { kind: 'absent' }, ...evidence };
    if (offered.length === 0) return { ...record, outcome: { kind: 'not-offered' }, ...evidence };
    const targets = offered.map(({ target: host, port, priority, weight }) =>
      target(seen, { host, port, rank: `priority ${priority}, weight ${weight}` }),
    );
    return { ...record, outcome: { kind: 'targets', targets, guessed: false }, ...evidence };
  });
  return [...srv, mxRecord(domain, seen), ...guesses(seen)];
}

function mxRecord(domain: string, seen: SeenDomain): FoundRecord {
  const record = { owner: `${domain} MX`, title: 'Incoming mail' };
  if (!seen.mx.ok) {
    return { ...record, outcome: { kind: 'unknown', why: explain(seen.mx.failure) }, dnssec: null, ttlSeconds: null };
  }
  const { records, dnssec, ttlSeconds } = seen.mx.facts;
  const evidence = { dnssec: dnssecText(dnssec), ttlSeconds };
  const hosts = records.filter(({ exchange }) => exchange !== '.');
  if (records.length === 0) return { ...record, outcome: { kind: 'absent' }, ...evidence };
  if (hosts.length === 0) return { ...record, outcome: { kind: 'not-offered' }, ...evidence };
  const targets = hosts.map(({ exchange, preference }) =>
    target(seen, { host: exchange, port: null, rank: `preference ${preference}` }),
  );
  return { ...record, outcome: { kind: 'targets', targets, guessed: false }, ...evidence };
}
