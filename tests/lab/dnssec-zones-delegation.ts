import {
  ask,
  bogus,
  dnssecZone,
  everything,
  insecure,
  secure,
  tlsa,
  unsignedZone,
  type DnssecZone,
} from './dnssec-zone.ts';
import { ds, key, plainSigning } from './signing.ts';
import { overwriteData, withoutSet, withoutSignatures } from './zone-faults.ts';

/** An algorithm and a digest type that nobody knows (RFC 4034 appendix A.1 keeps 200 unassigned). */
const unknown = 200;

/** What parent and child say of each other: DS and DNSKEY. */
export const delegationZones: readonly DnssecZone[] = [
  unsignedZone({ name: 'unsigned', fault: 'It is not signed.', questions: everything(insecure('no-ds')) }),
  dnssecZone({
    name: 'island',
    fault: 'It is signed, but the parent has no DS.',
    ds: [],
    questions: [...everything(insecure('no-ds')), ask('@ DNSKEY', insecure('no-ds')), ask('@ DS', secure)],
  }),
  dnssecZone({
    name: 'child.island',
    fault: 'It and its parent are signed, but the DS of the parent is missing.',
    questions: everything(insecure('no-ds')),
  }),
  dnssecZone({
    name: 'child.p256',
    questions: [...everything(secure), ask('@ DS', secure)],
  }),
  dnssecZone({
    name: 'ds-rollover',
    ds: [ds(), ds({ key: 'absent' })],
    questions: everything(secure),
  }),
  dnssecZone({
    name: 'ds-wrong-digest',
    fault: 'The digest of the DS is of something else.',
    ds: [ds({ wrongDigest: true })],
    questions: everything(bogus('ds-mismatch')),
  }),
  dnssecZone({
    name: 'ds-wrong-key',
    fault: 'The DS is of a key that the zone does not have.',
    ds: [ds({ key: 'absent' })],
    questions: [...everything(bogus('ds-mismatch')), ask('@ DS', secure)],
  }),
  dnssecZone({
    name: 'ds-wrong-sha256',
    fault: 'Of two DS the one with SHA-1 is right and the one with SHA-256 is not.',
    ds: [ds({ digestType: 1 }), ds({ wrongDigest: true })],
    questions: [
      tlsa(bogus('ds-mismatch'), {
        unbound: 'secure',
        explained:
          'SHA-1 beside SHA-256 is to be ignored (RFC 4509 section 3). unbound does that with harden-algo-downgrade only, which is off as delivered.',
      }),
    ],
  }),
  dnssecZone({
    name: 'ds-unknown-digest',
    fault: 'The only DS has a digest type that nobody knows.',
    ds: [ds({ digestType: unknown })],
    questions: everything(insecure('unsupported-digest')),
  }),
  dnssecZone({
    name: 'ds-unknown-algorithm',
    fault: 'The only DS has an algorithm that nobody knows.',
    ds: [ds({ algorithm: unknown })],
    questions: everything(insecure('unsupported-algorithm')),
  }),
  dnssecZone({
    name: 'ds-unknown-and-right',
    ds: [ds({ algorithm: unknown }), ds({ digestType: unknown }), ds()],
    questions: [tlsa(secure)],
  }),
  dnssecZone({
    name: 'ds-unknown-and-wrong',
    fault: 'Of two DS one has an algorithm that nobody knows and the other is of another key.',
    ds: [ds({ algorithm: unknown }), ds({ wrongDigest: true })],
    questions: [tlsa(bogus('ds-mismatch'))],
  }),
  dnssecZone({
    name: 'ds-of-unsigned',
    fault: 'The parent has a DS, but the zone is not signed.',
    signing: null,
    ds: [ds({ key: 'absent' })],
    questions: everything(bogus('dnskey-missing')),
  }),
  dnssecZone({
    name: 'dnskey-missing',
    fault: 'The DNSKEY records are missing; the signatures are there.',
    change: () => withoutSet({ type: 'DNSKEY' }),
    questions: everything(bogus('dnskey-missing')),
  }),
  dnssecZone({
    name: 'dnskey-unsigned',
    fault: 'The DNSKEY set has no signature.',
    change: () => withoutSignatures({ type: 'DNSKEY' }),
    questions: everything(bogus('signature-missing')),
  }),
  dnssecZone({
    name: 'dnskey-not-by-ds',
    fault: 'The key of the DS is there, but another key signs.',
    signing: { ...plainSigning, keys: [key(13, { use: 'published' }), key(13)] },
    questions: [tlsa(bogus('key-missing'))],
  }),
  dnssecZone({
    name: 'key-revoked',
    fault: 'The only key is revoked (RFC 5011).',
    signing: { ...plainSigning, keys: [key(13, { flags: 385 })] },
    questions: [
      tlsa(bogus('key-revoked'), {
        unbound: 'secure',
        explained:
          'A revoked key vouches for its revocation and nothing else (RFC 5011 section 2.1). unbound takes it all the same.',
      }),
    ],
  }),
  dnssecZone({
    name: 'key-not-for-zones',
    fault: 'The only key has no Zone Key bit (RFC 4034 section 2.1.1).',
    signing: { ...plainSigning, keys: [key(13, { flags: 1 })] },
    questions: [tlsa(bogus('key-not-for-zones'))],
  }),
  dnssecZone({
    name: 'hides-ds',
    fault: 'It delegates to a signed zone and leaves its DS out, though its NSEC record has it.',
    change: (at) => withoutSet({ type: 'DS', owner: at('child.@') }),
    questions: [tlsa(secure)],
  }),
  dnssecZone({
    name: 'child.hides-ds',
    fault: 'The parent leaves the DS out, though its NSEC record has it.',
    questions: everything(bogus('denial-wrong')),
  }),
  dnssecZone({
    name: 'forges-ds',
    fault: 'It delegates to a signed zone with a DS that it did not sign.',
    change: (at) => overwriteData({ type: 'DS', owner: at('child.@') }, `1 13 2 ${'00'.repeat(32)}`),
    questions: [tlsa(secure)],
  }),
  dnssecZone({
    name: 'child.forges-ds',
    fault: 'The DS in the parent was changed after it was signed.',
    questions: everything(bogus('signature-invalid')),
  }),
  dnssecZone({
    name: 'loses-ds-proof',
    fault: 'It delegates to an unsigned zone without proof that there is no DS.',
    change: (at) => withoutSet({ type: 'NSEC', owner: at('child.@') }),
    questions: [tlsa(secure)],
  }),
  unsignedZone({
    name: 'child.loses-ds-proof',
    fault: 'The parent does not prove that there is no DS.',
    questions: [tlsa(bogus('denial-missing'))],
  }),
  dnssecZone({
    name: 'key-lost',
    fault: 'Of two keys one was removed from the DNSKEY set after that was signed.',
    signing: { ...plainSigning, keys: [key(13), key(13, { flags: 256 })] },
    change: () => (lines) => lines.filter(({ type, data }) => type !== 'DNSKEY' || !data.startsWith('256 ')),
    questions: [tlsa(bogus('signature-invalid'))],
  }),
];
