import type { DnssecReason } from '../model/dnssec.ts';

interface Explanation {
  /** A sentence fragment without a full stop, to follow a colon or the name of a record set. */
  readonly says: string;
  /** INFO-CODE of RFC 8914 section 4; null where none fits or nothing is wrong. */
  readonly extendedError: number | null;
  readonly whatToDo: string;
}

const signAgain =
  'Sign the zone again, and find out why the signer did not do it by itself. Then see that every secondary has the new ' +
  'version of the zone.';
const repairDelegation =
  'Have the DS records at the registrar replaced by those of the keys that the zone has now. Until then, put the old key ' +
  'back if you still have it. Remove the DS records if neither can be done soon.';
const repairDenial =
  'Update the name server software, sign the zone anew, and look for a proxy or filter in front that drops NSEC or ' +
  'NSEC3 records.';
const repairKeys =
  'Publish a proper key in the zone, sign the zone with it, and have the DS record of that key published.';
const askAgain = 'See whether the name servers of the zone and of its parents can be reached over UDP and TCP port 53.';
const clearUp =
  'Find out who sends such an answer. If it is your own zone, remove surplus keys, signatures or aliases from it.';

const explanations: Readonly<Record<DnssecReason, Explanation>> = {
  'no-ds': {
    says: 'the parent zone proves that it has no DS record, so the zone is not signed for anybody',
    extendedError: null,
    whatToDo: 'Sign the zone and have its DS record published by the registrar.',
  },
  'opt-out': {
    says: 'the parent zone leaves it out of its signed denial (NSEC3 opt-out), so nothing is promised about it',
    extendedError: null,
    whatToDo: 'Sign the zone and have its DS record published by the registrar.',
  },
  'unsupported-algorithm': {
    says: 'all of its DS records name signing algorithms that validators do not know',
    extendedError: 1,
    whatToDo: 'Change to a key of algorithm 13 (ECDSA P-256) or 15 (Ed25519), and have its DS record published.',
  },
  'unsupported-digest': {
    says: 'all of its DS records have digests of a type that validators do not know',
    extendedError: 2,
    whatToDo: 'Have a DS record with a SHA-256 digest (type 2) published.',
  },
  'nsec3-iterations': {
    says: 'its NSEC3 records ask for so many iterations that validators refuse to count',
    extendedError: 27,
    whatToDo: 'Set the NSEC3 iterations to 0 (RFC 9276) and sign the zone again.',
  },
  'signature-missing': {
    says: 'it has no signature, although its zone is signed',
    extendedError: 10,
    whatToDo:
      'Sign the zone with every algorithm that its DS records name, and look for a server that drops signatures.',
  },
  'signature-expired': { says: 'its signature has expired', extendedError: 7, whatToDo: signAgain },
  'signature-not-yet-valid': {
    says: 'its signature is not valid yet',
    extendedError: 8,
    whatToDo: 'Set the clock of the machine that signs the zone, then sign again.',
  },
  'signature-expired-before-valid': {
    says: 'its signature ends before it begins',
    extendedError: 25,
    whatToDo: 'Repair the dates in the configuration of the signer, then sign again.',
  },
  'signature-invalid': {
    says: 'its signature does not fit the data',
    extendedError: 6,
    whatToDo: 'Sign the zone again, and look for something that changes records after signing.',
  },
  'signature-labels': {
    says: 'its signature counts more labels than the name has',
    extendedError: 6,
    whatToDo: 'Sign the zone again with current software.',
  },
  'signer-wrong': {
    says: 'its signature names a zone as signer that may not sign it',
    extendedError: 6,
    whatToDo: 'Sign the zone with its own keys, and see that parent and child zone are not mixed up on one server.',
  },
  'key-missing': {
    says: 'the key that made its signature is not in the zone',
    extendedError: 9,
    whatToDo: 'Publish that key again, or sign the zone with the keys that are published.',
  },
  'key-not-for-zones': {
    says: 'the key that made its signature is not a zone key (flag or protocol is wrong)',
    extendedError: 11,
    whatToDo: repairKeys,
  },
  'key-revoked': {
    says: 'the key that made its signature is revoked',
    extendedError: 6,
    whatToDo: repairKeys,
  },
  'dnskey-missing': {
    says: 'it has no DNSKEY records, although its parent has DS records for it',
    extendedError: 9,
    whatToDo: repairDelegation,
  },
  'ds-mismatch': {
    says: 'none of its keys fits the DS records at its parent',
    extendedError: 9,
    whatToDo: repairDelegation,
  },
  'denial-missing': {
    says: 'nothing proves that it does not exist: NSEC or NSEC3 records are missing',
    extendedError: 12,
    whatToDo: repairDenial,
  },
  'denial-wrong': {
    says: 'the NSEC or NSEC3 records that came do not prove that it does not exist',
    extendedError: 6,
    whatToDo: repairDenial,
  },
  'wildcard-not-proven': {
    says: 'it was made from a wildcard, and nothing proves that there is no closer name',
    extendedError: 6,
    whatToDo: repairDenial,
  },
  'dname-mismatch': {
    says: 'its CNAME record is not what the DNAME record says',
    extendedError: 6,
    whatToDo: 'Update the name server software, and look for something that changes answers on their way.',
  },
  'record-malformed': {
    says: 'one of its records cannot be read',
    extendedError: 6,
    whatToDo: 'Look for the malformed record in the zone, correct it and sign again.',
  },
  'not-validated': { says: 'nobody validated it', extendedError: null, whatToDo: askAgain },
  'no-answer': { says: 'no server answered', extendedError: 22, whatToDo: askAgain },
  'server-error': {
    says: 'the servers answered with an error',
    extendedError: 23,
    whatToDo: 'Look into the logs of the name servers of the zone and of its parents.',
  },
  'resolver-strips-dnssec': {
    says: 'the resolver leaves out signatures or proofs, so nothing can be validated through it',
    extendedError: 5,
    whatToDo: 'Use a resolver that passes DNSSEC records, or let Latchwatch ask the authoritative servers itself.',
  },
  'no-trust-anchor': {
    says: 'no trust anchor stands above it',
    extendedError: 5,
    whatToDo: 'Add the trust anchor of the root zone, or of the private zone, to the file of anchors.',
  },
  'alias-loop': {
    says: 'its aliases lead in a circle',
    extendedError: 5,
    whatToDo: 'Let the CNAME and DNAME records end at a name that has the records.',
  },
  'limit-signatures': {
    says: 'it needed more signature checks than we allow for one answer',
    extendedError: 5,
    whatToDo: clearUp,
  },
  'limit-hashes': {
    says: 'it needed more NSEC3 hashes than we allow for one answer',
    extendedError: 5,
    whatToDo: clearUp,
  },
  'limit-aliases': { says: 'it leads over more aliases than we follow', extendedError: 5, whatToDo: clearUp },
  'limit-questions': {
    says: 'it needed more questions than we ask for one answer',
    extendedError: 5,
    whatToDo: clearUp,
  },
};

/** Why an answer has its DNSSEC state: a sentence fragment without a full stop, e.g. `its signature has expired`. */
export function explainReason(reason: DnssecReason): string {
  return explanations[reason].says;
}

/** The extended DNS error (RFC 8914 section 4) of a reason; null where none fits: proven insecurity, or nothing looked at. */
export function extendedErrorOf(reason: DnssecReason): number | null {
  return explanations[reason].extendedError;
}

/** What the operator of the zone can do about it, in whole sentences. */
export function whatToDo(reason: DnssecReason): string {
  return explanations[reason].whatToDo;
}
