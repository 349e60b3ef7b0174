import { ask, dnssecZone, everything, noName, secure, tlsa, type Difference, type DnssecZone } from './dnssec-zone.ts';
import { ds, key, month, plainSigning } from './signing.ts';
import type { Algorithm, KeySpec } from './zone-types.ts';

/** Beside the common records: wildcards, empty non-terminals, an alias, and types of many forms. */
const manyForms = [
  '*.wild.@ A 127.80.1.1',
  '*.wild.@ MX 10 mail.@',
  `*._tcp.any.@ TLSA 3 1 1 ${'6b'.repeat(32)}`,
  'under.wild.@ TXT "stops the wildcard"',
  '_25._tcp.alias.@ CNAME _25._tcp.mail.@',
  '*.named.@ CNAME mail.@',
  'moved.@ DNAME other.@',
  `_25._tcp.mail.other.@ TLSA 3 1 1 ${'7c'.repeat(32)}`,
];

const manyFormsQuestions = [
  ...everything(secure),
  ask('@ MX', secure),
  ask('@ SOA', secure),
  ask('@ NS', secure),
  ask('@ DNSKEY', secure),
  ask('@ DS', secure),
  ask('host.wild.@ A', secure),
  ask('host.wild.@ MX', secure),
  ask('deep.host.wild.@ A', secure),
  ask('host.wild.@ AAAA', secure),
  ask('*.wild.@ A', secure),
  ask('x.under.wild.@ A', secure),
  ask('_25._tcp.any.@ TLSA', secure),
  ask('_tcp.mail.@ A', secure),
  ask('_tcp.mail.@ DS', secure),
  ask('wild.@ TXT', secure),
  ask('_25._tcp.alias.@ TLSA', secure),
  ask('some.named.@ A', secure),
  ask('some.named.@ TLSA', secure),
  ask('_25._tcp.mail.moved.@ TLSA', secure),
  ask('gone.moved.@ TLSA', secure),
  ask('moved.@ DNAME', secure),
  ask('moved.@ A', secure),
];

/** Each has its own canonical form (RFC 4034 section 6.2, RFC 6840 section 5.1). */
const types = [
  'MiXed.@ MX 10 MAIL.@',
  'srv.@ SRV 1 2 993 Mail.@',
  'naptr.@ NAPTR 1 2 "s" "x" "" Mail.@',
  'rp.@ RP Someone.@ .',
  'caa.@ CAA 0 issue "Ca.Example"',
  // In lower case, since ldns 1.8 signs its target as if it were (RFC 9460 section 2.2 has it as it is).
  'svcb.@ SVCB 1 mail.@ alpn=h2',
  'txt.@ TXT "b" "second string"',
  'txt.@ TXT "a"',
  'txt.@ TXT ""',
  'odd.@ TYPE65280 \\# 3 00ff41',
  'a\\.dot.@ A 127.80.1.1',
  'a\\000null.@ A 127.80.1.1',
];

const typesQuestions = [
  'mixed.@ MX',
  'srv.@ SRV',
  'naptr.@ NAPTR',
  'rp.@ RP',
  'caa.@ CAA',
  'svcb.@ SVCB',
  'txt.@ TXT',
  'odd.@ TYPE65280',
  'a\\.dot.@ A',
  'a\\000null.@ A',
  'b\\.dot.@ A',
];

function algorithmZone(algorithm: Algorithm, name: string): DnssecZone {
  return dnssecZone({ name, signing: { ...plainSigning, keys: [key(algorithm)] }, questions: everything(secure) });
}

function keysZone(name: string, keys: readonly KeySpec[]): DnssecZone {
  return dnssecZone({ name, signing: { ...plainSigning, keys }, questions: [tlsa(secure), noName(secure)] });
}

const sameTag: Difference = {
  bind: 'bogus',
  explained:
    'A tag only hints at the key (RFC 4034 appendix B), so all keys with it are tried. BIND 9.18 gives up at the first one that does not fit.',
};

const zoneKey = key(13, { flags: 256 });

export const healthyZones: readonly DnssecZone[] = [
  algorithmZone(13, 'p256'),
  algorithmZone(14, 'p384'),
  algorithmZone(8, 'rsasha256'),
  algorithmZone(10, 'rsasha512'),
  algorithmZone(15, 'ed25519'),
  algorithmZone(16, 'ed448'),
  keysZone('two-keys', [key(13), zoneKey]),
  keysZone('two-algorithms', [key(13), key(15)]),
  keysZone('next-key-published', [key(13), key(13, { use: 'published' })]),
  keysZone('many-keys', [key(13), ...Array.from({ length: 14 }, () => key(13, { flags: 256, use: 'published' }))]),
  // One P-256 key signs the keys, each of the others everything else: more signatures than some validators look at.
  keysZone('four-signers', [key(13), zoneKey, zoneKey, zoneKey, zoneKey]),
  dnssecZone({
    name: 'same-tag',
    signing: {
      ...plainSigning,
      keys: [
        key(13),
        key(13, { flags: 256, collision: 'a', use: 'published' }),
        key(13, { flags: 256, collision: 'a' }),
      ],
    },
    questions: [tlsa(secure, sameTag), noName(secure, sameTag)],
  }),
  dnssecZone({ name: 'nsec', records: manyForms, questions: manyFormsQuestions }),
  dnssecZone({
    name: 'nsec3',
    signing: { ...plainSigning, denial: { kind: 'nsec3', iterations: 0, salt: '-', optOut: false } },
    records: manyForms,
    questions: manyFormsQuestions,
  }),
  dnssecZone({
    name: 'nsec3-salt',
    signing: { ...plainSigning, denial: { kind: 'nsec3', iterations: 1, salt: 'aabbccdd', optOut: false } },
    questions: everything(secure),
  }),
  dnssecZone({
    name: 'types',
    records: types,
    questions: typesQuestions.map((question) => ask(question, secure)),
  }),
  dnssecZone({
    name: 'large',
    records: Array.from(
      { length: 40 },
      (_, index) => `large.@ TLSA 3 1 1 ${index.toString(16).padStart(2, '0').repeat(32)}`,
    ),
    questions: [ask('large.@ TLSA', secure)],
  }),
  dnssecZone({
    name: 'expires-in-2-days',
    signing: { ...plainSigning, validity: { ...month, until: 2 * 86_400 } },
    questions: everything(secure),
  }),
  dnssecZone({
    name: 'expires-in-6-hours',
    signing: { ...plainSigning, validity: { ...month, until: 6 * 3600 } },
    questions: everything(secure),
  }),
  dnssecZone({ name: 'ds-sha384', ds: [ds({ digestType: 4 })], questions: everything(secure) }),
  dnssecZone({ name: 'ds-sha1-and-sha256', ds: [ds({ digestType: 1 }), ds()], questions: [tlsa(secure)] }),
  // RFC 9905 retires SHA-1 for those who sign; who validates goes on with it.
  dnssecZone({ name: 'ds-sha1', ds: [ds({ digestType: 1 })], questions: everything(secure) }),
  algorithmZone(5, 'rsasha1'),
  dnssecZone({
    name: 'nsec3-rsasha1',
    signing: { ...plainSigning, keys: [key(7)], denial: { kind: 'nsec3', iterations: 0, salt: '-', optOut: false } },
    questions: everything(secure),
  }),
  dnssecZone({
    name: 'rsasha1-with-nsec3',
    signing: { ...plainSigning, keys: [key(5)], denial: { kind: 'nsec3', iterations: 0, salt: '-', optOut: false } },
    questions: everything(secure),
  }),
];
