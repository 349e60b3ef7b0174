import {
  ask,
  bogus,
  dnssecZone,
  everything,
  indeterminate,
  noName,
  noType,
  secure,
  tlsa,
  type DnssecZone,
} from './dnssec-zone.ts';
import { key, month, plainSigning } from './signing.ts';
import {
  flipSignatures,
  forgeSignatures,
  inTurn,
  overwriteData,
  overwriteField,
  withoutSignatures,
} from './zone-faults.ts';
import type { SecondPass } from './zone-types.ts';

const daySeconds = 86_400;
const expired = { from: -40 * daySeconds, until: -10 * daySeconds } as const;
const future = { from: 10 * daySeconds, until: 40 * daySeconds } as const;

const onlyTlsa: SecondPass = { types: ['TLSA'], validity: month, keys: 'same', signatures: 'replaced' };
/** The rest of the zone is sound. */
const othersSecure = [noType(secure), noName(secure), ask('@ MX', secure)];
const target = { type: 'TLSA' } as const;

/** Signatures that do not hold, or of which only some do. */
export const signatureZones: readonly DnssecZone[] = [
  dnssecZone({
    name: 'expired',
    fault: 'All signatures expired 10 days ago.',
    signing: { ...plainSigning, validity: expired },
    questions: [...everything(bogus('signature-expired')), ask('@ DS', secure)],
  }),
  dnssecZone({
    name: 'expired-minutes-ago',
    fault: 'All signatures expired 10 minutes ago.',
    signing: { ...plainSigning, validity: { ...month, until: -600 } },
    questions: [tlsa(bogus('signature-expired'))],
  }),
  dnssecZone({
    name: 'expired-tlsa',
    fault: 'The signature of TLSA expired 10 days ago.',
    signing: { ...plainSigning, secondPass: { ...onlyTlsa, validity: expired } },
    questions: [tlsa(bogus('signature-expired')), ...othersSecure],
  }),
  dnssecZone({
    name: 'not-yet-valid',
    fault: 'All signatures are valid in 10 days.',
    signing: { ...plainSigning, validity: future },
    questions: everything(bogus('signature-not-yet-valid')),
  }),
  dnssecZone({
    name: 'not-yet-valid-tlsa',
    fault: 'The signature of TLSA is valid in 10 days.',
    signing: { ...plainSigning, secondPass: { ...onlyTlsa, validity: future } },
    questions: [tlsa(bogus('signature-not-yet-valid')), ...othersSecure],
  }),
  dnssecZone({
    name: 'expired-before-valid',
    fault: 'The signature of TLSA ends before it begins.',
    change: () =>
      inTurn(
        overwriteField(target, 'inception', '20300101000000'),
        overwriteField(target, 'expiration', '20200101000000'),
      ),
    questions: [tlsa(bogus('signature-expired-before-valid')), ...othersSecure],
  }),
  dnssecZone({
    name: 'foreign-key',
    fault: 'TLSA is signed by a key that is not in the DNSKEY set.',
    signing: { ...plainSigning, secondPass: { ...onlyTlsa, keys: 'foreign' } },
    questions: [tlsa(bogus('key-missing')), ...othersSecure],
  }),
  dnssecZone({
    name: 'signature-corrupted',
    fault: 'One bit of the signature of TLSA is wrong.',
    change: () => flipSignatures(target),
    questions: [tlsa(bogus('signature-invalid')), ...othersSecure],
  }),
  dnssecZone({
    name: 'data-changed',
    fault: 'TLSA was changed after it was signed.',
    change: () => overwriteData(target, `3 1 1 ${'ee'.repeat(32)}`),
    questions: [tlsa(bogus('signature-invalid')), ...othersSecure],
  }),
  dnssecZone({
    name: 'signature-missing',
    fault: 'TLSA has no signature.',
    change: () => withoutSignatures(target),
    questions: [tlsa(bogus('signature-missing')), ...othersSecure],
  }),
  dnssecZone({
    name: 'signature-labels',
    fault: 'The signature of TLSA counts more labels than the name has.',
    change: () => overwriteField(target, 'labels', '9'),
    questions: [tlsa(bogus('signature-labels')), ...othersSecure],
  }),
  dnssecZone({
    name: 'signer-parent',
    fault: 'The signature of TLSA names the parent zone as the signer.',
    change: () => overwriteField(target, 'signer', 'dnssec.test.'),
    questions: [tlsa(bogus('key-missing')), ...othersSecure],
  }),
  dnssecZone({
    name: 'signer-wrong',
    fault: 'The signature of TLSA names a zone beside it as the signer.',
    change: () => overwriteField(target, 'signer', 'p256.dnssec.test.'),
    questions: [tlsa(bogus('signer-wrong')), ...othersSecure],
  }),
  dnssecZone({
    name: 'expired-beside-valid',
    signing: { ...plainSigning, secondPass: { ...onlyTlsa, validity: expired, signatures: 'added' } },
    questions: [tlsa(secure)],
  }),
  dnssecZone({
    name: 'foreign-beside-valid',
    signing: { ...plainSigning, secondPass: { ...onlyTlsa, keys: 'foreign', signatures: 'added' } },
    questions: [tlsa(secure)],
  }),
  dnssecZone({
    name: 'key-trap',
    fault: 'Keys of one tag and forged signatures of TLSA, in numbers that cost a validator its time.',
    signing: { ...plainSigning, keys: [key(13), ...Array.from({ length: 20 }, () => key(13, { use: 'forged' }))] },
    change: () => forgeSignatures(target, 20),
    questions: [
      tlsa(indeterminate('limit-signatures'), {
        unbound: 'bogus',
        bind: 'bogus',
        explained: 'A limit says nothing about the zone: we name it. Resolvers have only SERVFAIL to say so.',
      }),
    ],
  }),
];
