import { explainReason, extendedErrorOf, whatToDo } from '#lib/dnssec/explain.ts';
import { dnssecReasons } from '#lib/model/dnssec.ts';

describe('reasons', () => {
  it.each(dnssecReasons.map((reason) => [reason]))('%s reads as a fragment, and says what to do', (reason) => {
    expect(explainReason(reason)).toMatch(/^[a-z][^\n]*[^.]$/);
    expect(whatToDo(reason)).toMatch(/^[A-Z][^\n]*\.$/);
  });

  it('have the numbers of RFC 8914', () => {
    const numbers = Object.fromEntries(dnssecReasons.map((reason) => [reason, extendedErrorOf(reason)]));
    expect(numbers).toEqual({
      'no-ds': null,
      'opt-out': null,
      'unsupported-algorithm': 1,
      'unsupported-digest': 2,
      'nsec3-iterations': 27,
      'signature-missing': 10,
      'signature-expired': 7,
      'signature-not-yet-valid': 8,
      'signature-expired-before-valid': 25,
      'signature-invalid': 6,
      'signature-labels': 6,
      'signer-wrong': 6,
      'key-missing': 9,
      'key-not-for-zones': 11,
      'key-revoked': 6,
      'dnskey-missing': 9,
      'ds-mismatch': 9,
      'denial-missing': 12,
      'denial-wrong': 6,
      'wildcard-not-proven': 6,
      'dname-mismatch': 6,
      'record-malformed': 6,
      'not-validated': null,
      'no-answer': 22,
      'server-error': 23,
      'resolver-strips-dnssec': 5,
      'no-trust-anchor': 5,
      'alias-loop': 5,
      'limit-signatures': 5,
      'limit-hashes': 5,
      'limit-aliases': 5,
      'limit-questions': 5,
    });
  });
});
