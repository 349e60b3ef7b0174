import { randomBytes } from 'node:crypto';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { DomainObservation, EndpointObservation, TranscriptLine } from '#lib/model/observation.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import {
  healthyDomain,
  healthyEndpoint,
  lookupOf,
  testPki,
  tlsaOf,
  untrustedTls,
} from '#tests/support/observations.ts';
import { healthyScan } from '#tests/support/scan-observations.ts';
import { healthyZone } from '#tests/support/zone-observations.ts';

/* What an idle provider shows: the same every time, but for what differs from run to run on any server. */

/** One endpoint in ten has a fault that nobody repairs: its findings and its incident stand all the time. */
const faultyShare = 10;

/** IMAP with implicit TLS of one host: the port tells endpoints apart. */
export function targetOf(index: number): EndpointTarget {
  return { service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: 10_000 + index };
}

function addressesOf(index: number): readonly string[] {
  const host = `${String(index >> 8)}.${String(index & 255)}`;
  return [`10.1.${host}`, `10.2.${host}`];
}

/** As many bytes as an answer with its signature has; those of the ID and the TTLs differ each time. */
function wire(bytes: number): string {
  return randomBytes(bytes).toString('base64');
}

/** An IMAP dialogue as Dovecot has it, with a session id of its own. */
function transcript(): readonly TranscriptLine[] {
  const said: readonly (readonly [TranscriptLine['from'], string])[] = [
    [
      'server',
      '* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN] Dovecot ready.',
    ],
    ['client', 'a1 CAPABILITY'],
    ['server', '* CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN'],
    ['server', 'a1 OK Pre-login capabilities listed, post-login capabilities have more.'],
    ['client', 'a2 ID ("name" "latchwatch")'],
    ['server', '* ID ("name" "Dovecot")'],
    ['server', `a2 OK ID completed <${randomBytes(12).toString('base64')}>.`],
    ['client', 'a3 LOGOUT'],
    ['server', '* BYE Logging out'],
    ['server', 'a3 OK Logout completed (0.001 + 0.000 secs).'],
  ];
  return said.map(([from, text], index) => ({ from, text, atMs: 3 + index }));
}

/** One look at an endpoint at this time. */
export function lookAt(target: EndpointTarget, now: number): EndpointObservation {
  const index = target.port - 10_000;
  const healthy = healthyEndpoint(target);
  const list = addressesOf(index);
  const owner = `_${String(target.port)}._tcp.${target.host}`;
  const chain = [testPki.leaf, testPki.intermediate];
  const [session] = healthy.sessions;
  if (session === undefined) throw new Error('no session');
  return {
    ...healthy,
    startedAt: now - 90,
    finishedAt: now,
    addresses: {
      ok: true,
      facts: {
        list,
        lookups: [
          { ...lookupOf(target.host, 'A', list), wire: wire(300) },
          { ...lookupOf<string>(target.host, 'AAAA', []), wire: wire(400) },
        ],
      },
    },
    sessions: list.map((address) => ({
      ...session,
      address,
      startedAt: now - 80,
      timings: { ...session.timings, totalMs: 14 + (now % 7) },
      transcript: transcript(),
      ...(index % faultyShare === 0 ? { tls: untrustedTls(chain, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') } : {}),
    })),
    tlsa: {
      owner,
      lookup: { ok: true, facts: { ...lookupOf(owner, 'TLSA', [tlsaOf(testPki.leaf)]), wire: wire(500) } },
      resolverPassesSignatures: true,
    },
  };
}

export function scanAt(target: EndpointTarget, now: number): ScanObservation {
  const healthy = healthyScan(target);
  const list = addressesOf(target.port - 10_000);
  return {
    ...healthy,
    startedAt: now - 20_000,
    finishedAt: now,
    addresses: healthy.addresses.map((scan, index) => ({
      ...scan,
      address: list[index] ?? '',
      startedAt: now - 20_000,
      transcript: [...transcript(), ...transcript()],
    })),
  };
}

/** One look at a domain that names these ports. */
export function domainAt(domain: string, seen: { readonly ports: readonly number[]; readonly now: number }) {
  const healthy = healthyDomain();
  const { ports, now } = seen;
  return {
    ...healthy,
    domain,
    startedAt: now - 1000,
    finishedAt: now,
    mx: healthy.mx.ok
      ? { ok: true, facts: { ...healthy.mx.facts, name: domain, wire: wire(300), zone: domain } }
      : healthy.mx,
    srv: healthy.srv.map((item) =>
      item.lookup.ok
        ? {
            ...item,
            owner: `${item.label}._tcp.${domain}`,
            lookup: { ok: true as const, facts: { ...item.lookup.facts, wire: wire(300), zone: domain } },
          }
        : item,
    ),
    endpoints: ports.map((port) => ({
      target: targetOf(port - 10_000),
      origin: 'srv' as const,
      priority: 0,
      weight: 1,
    })),
  } satisfies DomainObservation;
}

/** One look at a zone: every server's answers as they came, a few hundred kilobytes. */
export function zoneAt(zone: string, now: number): ZoneObservation {
  const healthy = healthyZone();
  return {
    ...healthy,
    zone,
    startedAt: now - 3000,
    finishedAt: now,
    servers: healthy.servers.map((server) => ({
      ...server,
      answers: server.answers.map(({ question, answer }) => ({
        question,
        answer: answer.ok ? { ok: true as const, facts: { ...answer.facts, wire: wire(900) } } : answer,
      })),
    })),
  };
}
