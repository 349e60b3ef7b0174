import type { PublishedCell, PublishedPolicy, PublishedRow } from '#components/published-table.tsx';
import { coversMx, parseMtaStsPolicy, parseMtaStsRecord } from '#lib/advert/mta-sts.ts';
import type { PublishedService } from '#lib/advert/published-service.ts';
import { readAutoconfig, readAutodiscover, readDocument, type DocumentReading } from '#lib/advert/read-documents.ts';
import { parseTlsRptRecord } from '#lib/advert/tls-rpt.ts';
import { serviceTable, type TlsMode } from '#lib/model/endpoint.ts';
import type { PublishedConfiguration } from '#lib/model/observation.ts';
import type { ServiceLiveness } from './service-liveness.ts';

type Told = PublishedService['service'];
type Reading = DocumentReading<readonly PublishedService[]>;

const services: readonly (readonly [service: Told, title: string])[] = [
  ['imap', 'IMAP'],
  ['pop3', 'POP3'],
  ['submission', 'Submission'],
];
const ways = { implicit: 'implicit TLS', starttls: 'STARTTLS', plaintext: 'no TLS' } as const;

type Lookup<R> = { readonly ok: true; readonly facts: { readonly records: readonly R[] } } | { readonly ok: false };

/** What a look at a domain saw, as far as it is needed here. */
interface SeenRecords {
  readonly srv: readonly {
    readonly label: string;
    readonly lookup: Lookup<{ readonly target: string; readonly port: number }>;
  }[];
  readonly mx: Lookup<{ readonly exchange: string }>;
  /** Absent in what older versions stored. */
  readonly configuration?: PublishedConfiguration;
}

/** What is published of a domain, in the words of its page; null where nobody looked beyond DNS yet. */
export function publishedItem(
  domain: string,
  seen: SeenRecords,
  watched: readonly ServiceLiveness[],
): { readonly rows: readonly PublishedRow[]; readonly policies: readonly PublishedPolicy[] } | null {
  const { configuration } = seen;
  if (configuration === undefined) return null;
  const autoconfig = readAutoconfig(configuration, domain);
  const autodiscover = readAutodiscover(configuration);
  const rows = services.map(([service, title]): PublishedRow => {
    const srv = srvServers(seen, service);
    const here = watched.filter((one) => one.service === service);
    const documents = [autoconfig, autodiscover].flatMap((reading) => of(reading, service));
    return {
      service: title,
      srv: srvCell(srv),
      autoconfig: documentCell(autoconfig, service),
      autodiscover: documentCell(autodiscover, service),
      alive: aliveCell(here),
      agreement: agreementOf({ srv, documents, watched: here, unseen: isUnseen([autoconfig, autodiscover]) }),
    };
  });
  return { rows, policies: [mtaStsPolicy(seen, configuration), tlsRptPolicy(configuration)] };
}

interface Server {
  readonly host: string;
  readonly port: number;
  readonly tlsMode: TlsMode;
}
/** Null: DNS gave no answer about one of the names. */
type SrvServers = { readonly servers: readonly Server[]; readonly denied: boolean } | null;

function srvServers({ srv }: SeenRecords, service: Told): SrvServers {
  const servers: Server[] = [];
  let denied = false;
  for (const { srvLabel, tlsMode } of serviceTable.filter((row) => row.service === service)) {
    const lookup = srv.find(({ label }) => label === srvLabel)?.lookup;
    if (lookup?.ok !== true) return null;
    for (const { target, port } of lookup.facts.records) {
      if (target === '.') denied = true;
      else servers.push({ host: target.toLowerCase(), port, tlsMode });
    }
  }
  return { servers, denied };
}

function srvCell(srv: SrvServers): PublishedCell {
  if (srv === null) return { kind: 'none', word: 'not known', tone: 'unknown' };
  if (srv.servers.length === 0) return { kind: 'none', word: srv.denied ? 'not offered' : 'no record', tone: null };
  const servers = srv.servers.map(({ tlsMode, ...place }) => ({ place: show(place), way: ways[tlsMode], tone: null }));
  return { kind: 'servers', servers };
}

function show({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}

function of(reading: Reading, service: Told): readonly PublishedService[] {
  return reading.state === 'found' ? reading.content.filter((one) => one.service === service) : [];
}

function isUnseen(readings: readonly Reading[]): boolean {
  return readings.some(({ state }) => state === 'unseen');
}

function documentCell(reading: Reading, service: Told): PublishedCell {
  switch (reading.state) {
    case 'absent':
      return { kind: 'none', word: 'none', tone: null };
    case 'locked':
      return { kind: 'none', word: 'only after login', tone: null };
    case 'unreadable':
      return { kind: 'none', word: 'unreadable', tone: 'warn' };
    case 'unseen':
      return { kind: 'none', word: 'not known', tone: 'unknown' };
    case 'found': {
      const servers = of(reading, service);
      if (servers.length === 0) return { kind: 'none', word: 'not named', tone: null };
      return {
        kind: 'servers',
        servers: servers.map((one) => ({
          place: show(one),
          way: ways[one.security],
          tone: one.security === 'plaintext' ? 'fail' : null,
        })),
      };
    }
  }
}

function aliveCell(watched: readonly ServiceLiveness[]): PublishedCell {
  if (watched.length === 0) return { kind: 'none', word: 'none', tone: null };
  return {
    kind: 'servers',
    servers: watched.map((one) => {
      const way = ways[one.tlsMode];
      switch (one.alive) {
        case true:
          return { place: show(one), way: `alive, ${way}`, tone: 'ok' };
        case false:
          return { place: show(one), way: `no answer, ${way}`, tone: 'fail' };
        case null:
          return { place: show(one), way: `not known, ${way}`, tone: 'unknown' };
      }
    }),
  };
}

/** Never fine while something is not known; sets are compared, so that order says nothing. */
function agreementOf(about: {
  readonly srv: SrvServers;
  readonly documents: readonly PublishedService[];
  readonly watched: readonly ServiceLiveness[];
  readonly unseen: boolean;
}): PublishedRow['agreement'] {
  const { srv, documents, watched } = about;
  if (documents.some(({ security }) => security === 'plaintext')) return { tone: 'fail', word: 'No TLS is named' };
  const named: readonly Server[] = [
    ...(srv?.servers ?? []),
    ...documents.map(({ host, port, security }) => {
      const tlsMode: TlsMode = security === 'implicit' ? 'implicit' : 'starttls';
      return { host, port, tlsMode };
    }),
  ];
  const states = named.map(
    (one) =>
      watched.find(({ host, port, tlsMode }) => host === one.host && port === one.port && tlsMode === one.tlsMode)
        ?.alive ?? null,
  );
  if (states.includes(false)) return { tone: 'fail', word: 'Leads nowhere' };
  const live = watched.filter(({ alive }) => alive === true);
  if (srv !== null && srv.servers.length === 0 && live.length > 0) {
    return srv.denied ? { tone: 'fail', word: 'Denied, yet alive' } : { tone: 'warn', word: 'Not in SRV' };
  }
  if (srv !== null && documents.some((one) => differs(one, srv.servers))) return { tone: 'warn', word: 'Differ' };
  if (srv === null || about.unseen || states.includes(null)) return { tone: 'unknown', word: 'Not all known' };
  return named.length === 0 ? { tone: 'unknown', word: 'Not offered' } : { tone: 'ok', word: 'Agree' };
}

function differs({ host, port, security }: PublishedService, srv: readonly Server[]): boolean {
  const tlsMode: TlsMode = security === 'implicit' ? 'implicit' : 'starttls';
  const alike = srv.filter((one) => one.tlsMode === tlsMode);
  return alike.length > 0 && !alike.some((one) => one.host === host && one.port === port);
}

function mtaStsPolicy({ mx }: SeenRecords, { mtaStsRecord, mtaStsPolicy }: PublishedConfiguration): PublishedPolicy {
  const say = (tone: PublishedPolicy['tone'], word: string, detail: string | null = null): PublishedPolicy => ({
    name: 'MTA-STS',
    ...{ tone, word, detail },
  });
  if (!mtaStsRecord.ok) return say('unknown', 'Not known');
  const record = parseMtaStsRecord(mtaStsRecord.facts.records.map(({ text }) => text));
  const reading = mtaStsPolicy === null ? null : readDocument(mtaStsPolicy, parseMtaStsPolicy);
  if (record.state === 'unreadable') return say('fail', 'The record cannot be used', record.why);
  if (record.state === 'absent') {
    return reading?.state === 'found' ? say('warn', 'A policy without record') : say(null, 'Not used');
  }
  switch (reading?.state) {
    case 'unreadable':
      return say('fail', 'The policy cannot be read', reading.why);
    case 'found': {
      const { mode, maxAgeSeconds, mx: patterns } = reading.content;
      const detail = `max_age ${maxAgeSeconds} s, mx ${patterns.join(' ')}`;
      if (reading.fault !== null) return say('fail', 'The policy is refused', reading.fault);
      if (mode === 'none') return say('info', 'Mode none', detail);
      if (!mx.ok) return say('unknown', `Mode ${mode}, MX not known`, detail);
      const exchanges = mx.facts.records.map(({ exchange }) => exchange.toLowerCase()).filter((host) => host !== '.');
      const uncovered = exchanges.filter((host) => !coversMx(reading.content, host));
      if (uncovered.length === 0) return say('ok', `Mode ${mode}, covers every MX host`, detail);
      return say(mode === 'enforce' ? 'fail' : 'warn', `Mode ${mode}, does not cover ${uncovered.length} MX`, detail);
    }
    case 'unseen':
      return say('unknown', 'The policy is not known');
    case 'absent':
    case 'locked':
    case undefined:
      return say('fail', 'The policy is not there');
  }
}

function tlsRptPolicy({ tlsRptRecord }: PublishedConfiguration): PublishedPolicy {
  const name = 'TLS-RPT';
  if (!tlsRptRecord.ok) return { name, tone: 'unknown', word: 'Not known', detail: null };
  const record = parseTlsRptRecord(tlsRptRecord.facts.records.map(({ text }) => text));
  switch (record.state) {
    case 'absent':
      return { name, tone: null, word: 'Not used', detail: null };
    case 'present':
      return { name, tone: 'ok', word: 'Reports are asked for', detail: record.record.rua.join(', ') };
    case 'unreadable':
      return { name, tone: 'warn', word: 'The record cannot be used', detail: record.why };
  }
}
