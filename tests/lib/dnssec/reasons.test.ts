import { extendedErrorOf } from '#lib/dnssec/explain.ts';
import { defaultLimits } from '#lib/dnssec/budget.ts';
import type { DnssecReason, DnssecState } from '#lib/model/dnssec.ts';
import { nameOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { validity, type ZoneToServe } from '#tests/support/served-zone.ts';
import { ask, createWorld, spoil, without, type AskOptions, type Asked } from '#tests/support/signed-world.ts';
import { address, cname, damaged, dname, strangeDs } from '#tests/support/zone-records.ts';
import { createKey, signSet, type Signing } from '#tests/support/zone-signer.ts';

const key = createKey();
const zoneKey = createKey({ flags: 256 });

/** Asks for `www.example A`, where nothing else is said, below a root that is in order. */
function example(
  spec: Omit<ZoneToServe, 'apex'>,
  { question = 'www.example A', ...options }: AskOptions & { readonly question?: string } = {},
): Asked {
  const world = createWorld([
    { apex: '.' },
    { apex: 'example', keys: [key], records: [address('www.example')], ...spec },
    { apex: 'unsigned.example', keys: null },
  ]);
  return ask(world, question, options);
}

/** Signs the address of `www.example` in another way. */
function signedAs(changes: Partial<Signing>): Pick<ZoneToServe, 'resign'> {
  const signing = { zone: 'example', key, ...validity, ...changes };
  return { resign: (set, own) => (set[0]?.type === 'A' ? [signSet(set, signing)] : own()) };
}

function spoilAddress(change: (record: RecordToSend) => readonly RecordToSend[]) {
  return {
    tamper: spoil('www.example A', (answer) => ({ ...answer, answer: answer.answer.flatMap((one) => change(one)) })),
  };
}

const daySeconds = 86_400;

/** One case for each reason. `resolver-strips-dnssec` is found by those who ask, not here. */
const cases: Readonly<Record<Exclude<DnssecReason, 'resolver-strips-dnssec'>, readonly [DnssecState, () => Asked]>> = {
  'no-ds': ['insecure', () => example({}, { question: 'unsigned.example A' })],
  'opt-out': ['insecure', () => example({ nsec3: { optOut: true } }, { question: 'unsigned.example A' })],
  'unsupported-algorithm': ['insecure', () => example({ ds: [strangeDs({ algorithm: 200 })] })],
  'unsupported-digest': ['insecure', () => example({ ds: [strangeDs({ digestType: 3 })] })],
  'nsec3-iterations': ['insecure', () => example({ nsec3: { iterations: 151 } }, { question: 'nope.example A' })],
  'signature-missing': [
    'bogus',
    () =>
      example(
        {},
        spoilAddress((one) => (one.type === 'RRSIG' ? [] : [one])),
      ),
  ],
  'signature-expired': ['bogus', () => example(signedAs({ expiration: validity.inception + daySeconds - 1 }))],
  'signature-not-yet-valid': ['bogus', () => example(signedAs({ inception: validity.inception + daySeconds + 1 }))],
  'signature-expired-before-valid': [
    'bogus',
    () => example(signedAs({ inception: validity.expiration, expiration: validity.inception })),
  ],
  'signature-invalid': [
    'bogus',
    () =>
      example(
        {},
        spoilAddress((one) => [one.type === 'RRSIG' ? damaged(one) : one]),
      ),
  ],
  'signature-labels': ['bogus', () => example(signedAs({ labels: 3 }))],
  'signer-wrong': ['bogus', () => example(signedAs({ zone: 'www.example' }))],
  'key-missing': ['bogus', () => example(signedAs({ key: zoneKey }))],
  'key-not-for-zones': ['bogus', () => example({ keys: [key, createKey({ flags: 0 })] })],
  'key-revoked': ['bogus', () => example({ keys: [key, createKey({ flags: 0x0180 })] })],
  'dnskey-missing': [
    'bogus',
    () => example({}, { tamper: spoil('example DNSKEY', (answer) => ({ ...answer, answer: [] })) }),
  ],
  'ds-mismatch': ['bogus', () => example({ ds: [strangeDs()] })],
  'denial-missing': [
    'bogus',
    () =>
      example(
        {},
        {
          question: 'nope.example A',
          tamper: spoil('nope.example A', (answer) => ({ ...answer, authority: without(answer.authority, 'NSEC') })),
        },
      ),
  ],
  'denial-wrong': [
    'bogus',
    () => {
      const world = createWorld([{ apex: '.', records: [address('www')] }]);
      return ask(world, 'www A', { tamper: spoil('www A', () => world.answer('www MX')) });
    },
  ],
  'wildcard-not-proven': [
    'bogus',
    () =>
      example(
        { records: [address('*.example')] },
        { tamper: spoil('www.example A', (answer) => ({ ...answer, authority: [] })) },
      ),
  ],
  'dname-mismatch': [
    'bogus',
    () =>
      example(
        { records: [dname('d.example', 'example')] },
        {
          question: 'www.d.example A',
          tamper: spoil('www.d.example A', ({ answer, ...rest }) => ({
            ...rest,
            answer: answer.map((one) => (one.type === 'CNAME' ? { ...one, data: nameOctets('evil.example') } : one)),
          })),
        },
      ),
  ],
  'record-malformed': [
    'bogus',
    () => example({ records: [{ name: 'www.example', type: 'CNAME', data: [...nameOctets('x.example'), 0] }] }),
  ],
  'not-validated': ['indeterminate', () => example({}, { question: 'www.example RRSIG' })],
  'no-answer': ['indeterminate', () => example({}, { tamper: () => null })],
  'server-error': [
    'indeterminate',
    () => example({}, { tamper: spoil('example DNSKEY', (answer) => ({ ...answer, rcode: 'SERVFAIL' })) }),
  ],
  'no-trust-anchor': ['indeterminate', () => example({}, { anchors: [] })],
  'alias-loop': [
    'indeterminate',
    () => example({ records: [cname('www.example', 'b.example'), cname('b.example', 'www.example')] }),
  ],
  'limit-signatures': ['indeterminate', () => example({}, { limits: { ...defaultLimits, signatures: 0 } })],
  'limit-hashes': [
    'indeterminate',
    () => example({ nsec3: {} }, { question: 'nope.example A', limits: { ...defaultLimits, hashes: 0 } }),
  ],
  'limit-aliases': [
    'indeterminate',
    () => example({ records: [cname('www.example', 'b.example')] }, { limits: { ...defaultLimits, aliases: 0 } }),
  ],
  'limit-questions': ['indeterminate', () => example({}, { limits: { ...defaultLimits, questions: 1 } })],
};

describe('every reason', () => {
  it.each(Object.entries(cases))('%s comes about', (reason, [state, run]) => {
    const { verdict, validation } = run();
    expect(verdict).toBe(`${state} ${reason}`);
    expect(validation.extendedError).toBe(
      validation.result.state === 'secure' ? null : extendedErrorOf(validation.result.reason),
    );
  });
});
