import type { DenialProof, Dnssec, DnssecReason, SignatureResult, Validation, ZoneLink } from '#lib/model/dnssec.ts';
import type { ProbeFailure } from '#lib/model/observation.ts';
import type { ServerAnswer, ZoneObservation, ZoneQuestion } from '#lib/model/zone-observation.ts';
import { dayMs, testNow } from './certificates.ts';

/*
 * A healthy signed zone with three name servers, and small changes to it. A test takes the healthy one and spoils the one
 * thing it is about.
 */

const testZone = 'example.org';
const testServers = [
  { host: 'ns1.example.org', address: '192.0.2.53' },
  { host: 'ns2.example.org', address: '2001:db8::53' },
  { host: 'ns3.example.org', address: '198.51.100.53' },
] as const;

const keySigning = { keyTag: 11111, record: '257 3 13 a2V5IHNpZ25pbmcga2V5' };
const zoneSigning = { keyTag: 22222, record: '256 3 13 em9uZSBzaWduaW5nIGtleQ==' };
const digest = 'aa'.repeat(32);

/** What the servers of the healthy zone answer. An empty list is a denial. */
const content = {
  'example.org SOA': ['ns1.example.org hostmaster.example.org 2026112404 7200 900 604800 300'],
  'example.org DNSKEY': [zoneSigning.record, keySigning.record],
  'example.org NS': ['ns1.example.org', 'ns2.example.org', 'ns3.example.org'],
  'example.org MX': ['10 mail.example.org', '20 mx2.example.org'],
  '_imaps._tcp.example.org SRV': ['0 1 993 mail.example.org'],
  'mail.example.org A': ['192.0.2.1'],
  '_mta-sts.example.org TXT': ['"v=STSv1; id=20261101"'],
  '_25._tcp.mail.example.org TLSA': [`3 1 1 ${'0b'.repeat(32)}`],
  '_993._tcp.mail.example.org TLSA': [],
  'latchwatch-does-not-exist.example.org A': [],
  'example.org CDS': [`11111 13 2 ${digest}`],
  'example.org CDNSKEY': [keySigning.record],
} as const;
export type QuestionKey = keyof typeof content;

const questions: readonly ZoneQuestion[] = Object.keys(content).map((key) => {
  const [name = '', type = ''] = key.split(' ');
  return { name, type };
});

type Facts = Extract<ServerAnswer['answer'], { readonly ok: true }>['facts'];

export const secure: Dnssec = { state: 'secure', expiresAt: testNow + 20 * dayMs };

/** A bogus state of the MX set, with this reason. */
export function bogus(reason: DnssecReason, at = 'example.org MX'): Dnssec {
  return { state: 'bogus', at, why: 'seen in a test', reason };
}

export function insecure(reason: DnssecReason = 'no-ds', provenAt = testZone): Dnssec {
  return { state: 'insecure', provenAt, reason };
}

export function indeterminate(reason: DnssecReason = 'no-answer'): Dnssec {
  return { state: 'indeterminate', why: 'seen in a test', reason };
}

/** A signature over a set of the zone, valid for 28 days, 20 of them left. */
export function signature(change: Partial<SignatureResult> = {}): SignatureResult {
  return {
    owner: testZone,
    type: 'MX',
    signer: testZone,
    keyTag: zoneSigning.keyTag,
    algorithm: 13,
    labels: 2,
    originalTtlSeconds: 3600,
    inception: testNow - 8 * dayMs,
    expiration: testNow + 20 * dayMs,
    status: 'valid',
    server: '192.0.2.53:53',
    ...change,
  };
}

/** A signature of 28 days with this much left. */
export function signatureWith(remainingMs: number, change: Partial<SignatureResult> = {}): SignatureResult {
  const expiration = testNow + remainingMs;
  return signature({ inception: expiration - 28 * dayMs, expiration, ...change });
}

function signaturesFor({ name, type }: ZoneQuestion, denied: boolean): readonly SignatureResult[] {
  if (denied) return [signature({ type: 'SOA' }), signature({ owner: name, type: 'NSEC' })];
  const byKeySigningKey = type === 'DNSKEY' ? [signature({ type, keyTag: keySigning.keyTag })] : [];
  return [signature({ owner: name, type }), ...byKeySigningKey];
}

export function denialOf(change: Partial<DenialProof> = {}): DenialProof {
  return {
    kind: 'nodata',
    mechanism: 'nsec',
    iterations: null,
    records: [{ owner: 'mail.example.org', next: 'ns1.example.org', role: 'match', types: ['A'] }],
    signatures: [signature({ owner: 'mail.example.org', type: 'NSEC' })],
    ...change,
  };
}

function recordsOf(question: ZoneQuestion): readonly string[] {
  const key = `${question.name} ${question.type}`;
  return Object.entries(content).find(([known]) => known === key)?.[1] ?? [];
}

function rcodeOf({ name }: ZoneQuestion): string {
  return name.startsWith('latchwatch-') ? 'NXDOMAIN' : 'NOERROR';
}

function healthyAnswer(question: ZoneQuestion): ServerAnswer {
  const records = recordsOf(question);
  const denied = records.length === 0;
  return {
    question,
    answer: {
      ok: true,
      facts: {
        rcode: rcodeOf(question),
        authoritative: true,
        transport: 'udp',
        durationMs: 4,
        records,
        ttlSeconds: denied ? null : 3600,
        signatures: signaturesFor(question, denied),
        dnssec: secure,
        denial: denied ? denialOf() : null,
        soa: question.type === 'SOA' ? { serial: 2026112404, expireSeconds: 604_800, minimumSeconds: 300 } : null,
        wire: '',
      },
    },
  };
}

/** The link of one zone: both keys, and a DS record for the key-signing one. */
export function linkOf(zone: string, change: Partial<ZoneLink> = {}): ZoneLink {
  const parent = zone === testZone ? 'org' : '.';
  const key = { algorithm: 13, protocol: 3 };
  return {
    zone,
    state: secure,
    ds: [{ keyTag: keySigning.keyTag, algorithm: 13, digestType: 2, digest, status: 'match' }],
    dsSignatures: [signature({ owner: zone, type: 'DS', signer: parent, keyTag: 33333 })],
    dsTtlSeconds: 3600,
    keys: [
      { ...key, keyTag: keySigning.keyTag, flags: 257, anchored: true, signsKeys: true },
      { ...key, keyTag: zoneSigning.keyTag, flags: 256, anchored: false, signsKeys: false },
    ],
    keySignatures: [signature({ owner: zone, type: 'DNSKEY', signer: zone, keyTag: keySigning.keyTag })],
    keyTtlSeconds: 3600,
    denial: null,
    ...change,
  };
}

function healthyValidation(question: ZoneQuestion): Validation {
  const records = recordsOf(question);
  const denied = records.length === 0;
  return {
    ...question,
    rcode: rcodeOf(question),
    result: secure,
    extendedError: null,
    anchor: { zone: '.', keyTags: [20326, 38696], source: 'built in' },
    links: [linkOf('.', { dsSignatures: [] }), linkOf('org'), linkOf(testZone)],
    hops: [],
    records: records.map((record) => `${question.name} 3600 IN ${question.type} ${record}`),
    ttlSeconds: denied ? null : 3600,
    signatures: signaturesFor(question, denied),
    wildcard: null,
    denial: denied ? denialOf() : null,
    zone: testZone,
    earliestExpiry: signature(),
    spent: { signatures: 7, hashes: 0, questions: 7 },
    server: '192.0.2.53:53',
    now: testNow,
  };
}

/** `example.org`: signed, three servers that agree, one resolver of the same opinion. */
export function healthyZone(): ZoneObservation {
  return {
    zone: testZone,
    vantage: 'test',
    startedAt: testNow - 2000,
    finishedAt: testNow - 1000,
    questions,
    validations: questions.map(healthyValidation),
    parentNameServers: testServers.map(({ host }) => host),
    nameServers: testServers.map(({ host }) => host),
    servers: testServers.map((server) => ({ ...server, answers: questions.map(healthyAnswer) })),
    unresolved: [],
    opinions: questions.map((question) => ({
      question,
      server: '127.0.0.53:53',
      answer: { ok: true, facts: { rcode: rcodeOf(question), ad: true, extendedErrors: [] } },
    })),
    clock: { trusted: true, said: null },
  };
}

/** The zone with its validations changed: those of one question, or all. */
export function changeValidations(
  zone: ZoneObservation,
  change: (validation: Validation) => Partial<Validation>,
  key?: QuestionKey,
): ZoneObservation {
  return {
    ...zone,
    validations: zone.validations.map((validation) =>
      isAbout(validation, key) ? { ...validation, ...change(validation) } : validation,
    ),
  };
}

/** The zone with its own link of the chain of trust changed. */
export function changeLink(zone: ZoneObservation, change: Partial<ZoneLink>, which = testZone): ZoneObservation {
  return changeValidations(zone, ({ links }) => ({
    links: links.map((link) => (link.zone === which ? { ...link, ...change } : link)),
  }));
}

/** The zone with answers of servers changed: by default those of the second, to one question or to all. */
export function changeAnswers(
  zone: ZoneObservation,
  change: (facts: Facts, question: ZoneQuestion) => Partial<Facts>,
  { key, which = isSecond }: { readonly key?: QuestionKey; readonly which?: (index: number) => boolean } = {},
): ZoneObservation {
  return mapAnswers(zone, which, (one) =>
    one.answer.ok && isAbout(one.question, key)
      ? {
          question: one.question,
          answer: { ok: true, facts: { ...one.answer.facts, ...change(one.answer.facts, one.question) } },
        }
      : one,
  );
}

/** The zone with questions that servers did not answer: by default the second, to all of them. */
export function failAnswers(
  zone: ZoneObservation,
  reason: ProbeFailure['reason'],
  { key, which = isSecond }: { readonly key?: QuestionKey; readonly which?: (index: number) => boolean } = {},
): ZoneObservation {
  return mapAnswers(zone, which, (one) =>
    isAbout(one.question, key)
      ? { question: one.question, answer: { ok: false, failure: { stage: 'resolve', reason } } }
      : one,
  );
}

/** An unsigned zone: no keys, no signatures, and the proof of its parent. */
export function unsignedZone(): ZoneObservation {
  const withoutValidation = changeValidations(healthyZone(), ({ links }) => ({
    result: insecure(),
    links: links.map((link) =>
      link.zone === testZone
        ? { ...link, state: insecure(), ds: [], dsSignatures: [], keys: [], keySignatures: [], denial: denialOf() }
        : link,
    ),
    signatures: [],
    denial: null,
  }));
  const unsigned = changeAnswers(
    withoutValidation,
    ({ records }, { type }) => ({
      records: ['DNSKEY', 'CDS', 'CDNSKEY'].includes(type) ? [] : records,
      signatures: [],
      denial: null,
      dnssec: insecure(),
    }),
    { which: () => true },
  );
  return { ...unsigned, opinions: [] };
}

function mapAnswers(
  zone: ZoneObservation,
  which: (index: number) => boolean,
  change: (answer: ServerAnswer) => ServerAnswer,
): ZoneObservation {
  return {
    ...zone,
    servers: zone.servers.map((server, index) =>
      which(index) ? { ...server, answers: server.answers.map(change) } : server,
    ),
  };
}

function isAbout({ name, type }: ZoneQuestion, key: QuestionKey | undefined): boolean {
  return key === undefined || key === `${name} ${type}`;
}

function isSecond(index: number): boolean {
  return index === 1;
}
