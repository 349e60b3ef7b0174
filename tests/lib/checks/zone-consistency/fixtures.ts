import { dayMs } from '#tests/support/certificates.ts';
import {
  bogus,
  changeAnswers,
  changeValidations,
  failAnswers,
  healthyZone,
  indeterminate,
  signatureWith,
  unsignedZone,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();
const all = { which: () => true };
const expired = {
  dnssec: bogus('signature-expired'),
  signatures: [signatureWith(-dayMs, { status: 'signature-expired' })],
};
const serial = (value: number) =>
  changeAnswers(zone, ({ soa }) => ({ soa: soa && { ...soa, serial: value } }), { key: 'example.org SOA' });

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'expired signatures at one server',
      code: 'dnssec-server-bogus',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => expired, { key: 'example.org MX' }),
      says: /as from ns1\.example\.org \(192\.0\.2\.53\), ns3.*\nns2\.example\.org \(2001:db8::53\), example\.org MX: its signature has expired \(example\.org MX, key 22222 of example\.org, 2026-10-26 04:00 UTC to 2026-11-23 04:00 UTC\)/,
    },
    {
      name: 'the only server that was seen, while ordinary resolution is secure',
      code: 'dnssec-server-bogus',
      verdict: 'fail',
      address: null,
      observation: failAnswers(
        changeAnswers(zone, () => expired, { key: 'example.org MX' }),
        'timeout',
        {
          which: (index) => index !== 1,
        },
      ),
      says: /Valid signatures from every server\n/,
    },
    {
      name: 'another MX at one server',
      code: 'servers-differ',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => ({ records: ['10 mail.example.org', '20 old.example.org'] }), {
        key: 'example.org MX',
      }),
      says: /ns2\.example\.org \(2001:db8::53\), example\.org MX: lacks 20 mx2\.example\.org, has 20 old\.example\.org instead/,
    },
    {
      name: 'one server lacks TLSA records',
      code: 'servers-differ',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => ({ records: [] }), { key: '_25._tcp.mail.example.org TLSA' }),
      says: /_25\._tcp\.mail\.example\.org TLSA: lacks 3 1 1 0b0b/,
    },
    {
      name: 'one server lacks a key',
      code: 'servers-differ',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, ({ records }) => ({ records: records.slice(0, 1) }), {
        key: 'example.org DNSKEY',
      }),
      says: /example\.org DNSKEY: lacks 257 3 13/,
    },
    {
      name: 'the case of base64 counts',
      code: 'servers-differ',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, ({ records }) => ({ records: records.map((one) => one.toLowerCase()) }), {
        key: 'example.org DNSKEY',
      }),
      says: /has 256 3 13 em9uzsbzawduaw5nigtleq== and 257 3 13 a2v5ihnpz25pbmcga2v5 instead/,
    },
    {
      name: 'one server denies a name that the others have',
      code: 'servers-differ',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => ({ rcode: 'NXDOMAIN', records: [] }), { key: 'mail.example.org A' }),
      says: /mail\.example\.org A: says NXDOMAIN, not NOERROR, lacks A records/,
    },
    {
      name: 'three steps behind',
      code: 'server-stale',
      verdict: 'warn',
      address: null,
      observation: serial(2026112401),
      says: /ns2\.example\.org \(2001:db8::53\) has serial 2026112401, 3 behind 2026112404, signed 2026-11-16 04:00 UTC/,
    },
    {
      name: 'half the number space away',
      code: 'server-stale',
      verdict: 'warn',
      address: null,
      observation: serial(2026112404 + 2 ** 31),
      says: /has no order to 2026112404 \(RFC 1982\)/,
    },
  ],
  silent: [
    { name: 'healthy', observation: zone, decided: true },
    { name: 'unsigned', observation: unsignedZone(), decided: true },
    {
      name: 'the same records in another order, case and number of copies',
      observation: changeAnswers(zone, ({ records }) => ({
        records: [...records, ...records].toReversed().map((one, index) => (index % 2 === 0 ? one : ` ${one}  `)),
      })),
      decided: true,
    },
    {
      name: 'host names in another case',
      observation: changeAnswers(zone, ({ records }) => ({ records: records.map((one) => one.toUpperCase()) }), {
        key: 'example.org MX',
      }),
      decided: true,
    },
    {
      name: 'another address by server, as of a network that answers by region',
      observation: changeAnswers(zone, () => ({ records: ['198.51.100.7'] }), { key: 'mail.example.org A' }),
      decided: true,
    },
    {
      name: 'a server that does not answer is no difference',
      observation: failAnswers(zone, 'timeout'),
      decided: false,
    },
    {
      name: 'nor is a single question without answer',
      observation: failAnswers(zone, 'timeout', { key: 'example.org MX' }),
      decided: false,
    },
    {
      name: 'nor a server that refuses',
      observation: changeAnswers(zone, () => ({ rcode: 'REFUSED', authoritative: false, records: [], soa: null })),
      decided: false,
    },
    { name: 'no server of a family in reach', observation: failAnswers(zone, 'unreachable'), decided: true },
    {
      name: 'all servers bogus: told as a whole',
      observation: changeValidations(
        changeAnswers(zone, () => expired, all),
        () => ({ result: bogus('signature-expired') }),
      ),
      decided: true,
    },
    {
      name: 'an answer that could not be validated',
      observation: changeAnswers(zone, () => ({ dnssec: indeterminate('limit-hashes') }), { key: 'example.org MX' }),
      decided: false,
    },
  ],
};
