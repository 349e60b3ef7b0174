import {
  ask,
  bogus,
  dnssecZone,
  everything,
  insecure,
  noName,
  noType,
  secure,
  tlsa,
  unsignedZone,
  type DnssecZone,
} from './dnssec-zone.ts';
import { plainSigning } from './signing.ts';
import { flipSignatures, withoutSet, withoutSignatures } from './zone-faults.ts';
import type { SigningSpec } from './zone-types.ts';

function nsec3(iterations: number, optOut = false): SigningSpec {
  return { ...plainSigning, denial: { kind: 'nsec3', iterations, salt: '-', optOut } };
}

/** Beyond what validators work for (RFC 9276 section 3.2), though an answer needs no hash. */
const tooMany = [
  tlsa(secure),
  noType(insecure('nsec3-iterations')),
  noName(insecure('nsec3-iterations')),
  ask('host.wild.@ A', insecure('nsec3-iterations')),
];
const wildcard = ['*.wild.@ A 127.80.1.1'];

/** Proofs that something does not exist. */
export const denialZones: readonly DnssecZone[] = [
  dnssecZone({ name: 'nsec3-10', fault: '10 iterations.', signing: nsec3(10), questions: everything(secure) }),
  dnssecZone({ name: 'nsec3-50', fault: '50 iterations.', signing: nsec3(50), questions: everything(secure) }),
  dnssecZone({ name: 'nsec3-100', fault: '100 iterations.', signing: nsec3(100), questions: everything(secure) }),
  dnssecZone({
    name: 'nsec3-151',
    fault: '151 iterations.',
    signing: nsec3(151),
    records: wildcard,
    questions: tooMany,
  }),
  dnssecZone({
    name: 'nsec3-2500',
    fault: '2500 iterations.',
    signing: nsec3(2500),
    records: wildcard,
    questions: tooMany,
  }),
  unsignedZone({
    name: 'child.nsec3-2500',
    fault: 'The parent denies its DS with 2500 iterations.',
    questions: [tlsa(insecure('nsec3-iterations'))],
  }),
  dnssecZone({
    name: 'opt-out',
    signing: nsec3(0, true),
    records: wildcard,
    // RFC 5155 section 9.2: a span that opts out may hide unsigned names.
    questions: [tlsa(secure), noType(secure), noName(insecure('opt-out')), ask('unsigned.@ DS', insecure('opt-out'))],
  }),
  unsignedZone({ name: 'unsigned.opt-out', questions: everything(insecure('opt-out')) }),
  dnssecZone({ name: 'signed.opt-out', questions: [...everything(secure), ask('@ DS', secure)] }),
  dnssecZone({
    name: 'opt-out-everywhere',
    fault: 'It opts out though it delegates nothing, so no name can be denied.',
    signing: nsec3(0, true),
    questions: [tlsa(secure), noType(secure), noName(insecure('opt-out')), ask('gone.@ A', insecure('opt-out'))],
  }),
  dnssecZone({
    name: 'nsec-missing',
    fault: 'The NSEC record of a name is missing.',
    change: (at) => withoutSet({ type: 'NSEC', owner: at('plain.@') }),
    questions: [noType(bogus('denial-missing')), tlsa(secure)],
  }),
  dnssecZone({
    name: 'nsec-all-missing',
    fault: 'There are no NSEC records.',
    change: () => withoutSet({ type: 'NSEC' }),
    questions: [noType(bogus('denial-missing')), noName(bogus('denial-missing')), tlsa(secure)],
  }),
  dnssecZone({
    name: 'nsec3-all-missing',
    fault: 'There are no NSEC3 records.',
    signing: nsec3(0),
    change: () => withoutSet({ type: 'NSEC3' }),
    questions: [noType(bogus('denial-missing')), noName(bogus('denial-missing')), tlsa(secure)],
  }),
  dnssecZone({
    name: 'nsec-unsigned',
    fault: 'The NSEC records have no signatures.',
    change: () => withoutSignatures({ type: 'NSEC' }),
    questions: [noType(bogus('signature-missing')), noName(bogus('signature-missing')), tlsa(secure)],
  }),
  dnssecZone({
    name: 'nsec-corrupted',
    fault: 'One bit of each signature of the NSEC records is wrong.',
    change: () => flipSignatures({ type: 'NSEC' }),
    questions: [noType(bogus('signature-invalid')), noName(bogus('signature-invalid')), tlsa(secure)],
  }),
  dnssecZone({
    name: 'nsec-contradicts',
    fault: 'TLSA is not served, though the NSEC record of its name has it.',
    change: () => withoutSet({ type: 'TLSA' }),
    questions: [tlsa(bogus('denial-wrong'))],
  }),
  dnssecZone({
    name: 'nsec3-contradicts',
    fault: 'TLSA is not served, though the NSEC3 record of its name has it.',
    signing: nsec3(0),
    // Something has to stay at the name, or nsd has no answer at all.
    records: ['_25._tcp.mail.@ TXT "stays"'],
    change: () => withoutSet({ type: 'TLSA' }),
    questions: [tlsa(bogus('denial-wrong'))],
  }),
  dnssecZone({
    name: 'wildcard-not-proven',
    fault: 'Answers from a wildcard come without proof that the name itself does not exist.',
    records: wildcard,
    change: (at) => withoutSet({ type: 'NSEC', owner: at('*.wild.@') }),
    questions: [ask('host.wild.@ A', bogus('wildcard-not-proven')), tlsa(secure)],
  }),
  dnssecZone({
    name: 'nsec3-wildcard-not-proven',
    fault: 'Answers from a wildcard come without proof that the name itself does not exist.',
    signing: nsec3(0),
    records: wildcard,
    change: () => withoutSet({ type: 'NSEC3' }),
    questions: [ask('host.wild.@ A', bogus('wildcard-not-proven')), tlsa(secure)],
  }),
];
