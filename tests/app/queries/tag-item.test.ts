import { tagItems } from '#app/_queries/tag-item.ts';
import { tagStates } from '#app/_queries/tag-states.ts';
import type { Commitment } from '#lib/model/commitment.ts';
import { testNow } from '#tests/support/certificates.ts';
import { changeSessions, healthyEndpoint, testEndpoint } from '#tests/support/observations.ts';

function promised(tag: string): Commitment {
  const seenAt = { kind: 'endpoint', endpoint: testEndpoint('pop3'), address: '192.0.2.1' } as const;
  return { ...{ host: 'mail.example.org', tag, seenAt }, firstSeen: 0, lastSeen: 0, decidedBy: null };
}

test('each tag of the draft is shown at each address, with what is promised and what both rule packs say', () => {
  const observation = changeSessions(healthyEndpoint(), (_session, index) => ({
    identityAfterTls: [['deep', index === 0 ? 'tls12 x-new' : '']],
  }));
  const items = tagItems(tagStates(observation, { now: testNow, commitments: [promised('tls10'), promised('x-old')] }));
  const holds = { draft: { state: 'holds', why: null }, current: { state: 'holds', why: null } };
  expect(items.filter(({ address }) => address === '192.0.2.1')).toEqual([
    { address: '192.0.2.1', tag: 'tls10', promised: 'ever', proof: holds },
    { address: '192.0.2.1', tag: 'tls12', promised: 'now', proof: holds },
    { address: '192.0.2.1', tag: 'tls-cert', promised: 'never', proof: holds },
    {
      ...{ address: '192.0.2.1', tag: 'tls-dane-tlsa', promised: 'never' },
      proof: {
        draft: { state: 'unseen', why: 'The DNSSEC state of the TLSA records is indeterminate: not validated' },
        current: { state: 'unseen', why: 'The DNSSEC state of the TLSA records is indeterminate: not validated' },
      },
    },
    { address: '192.0.2.1', tag: 'x-new', promised: 'now', proof: null },
    { address: '192.0.2.1', tag: 'x-old', promised: 'ever', proof: null },
  ]);
  expect(
    items.filter(({ address }) => address === '2001:db8::1').map(({ tag, promised: when }) => [tag, when]),
  ).toEqual([
    ['tls10', 'ever'],
    ['tls12', 'never'],
    ['tls-cert', 'never'],
    ['tls-dane-tlsa', 'never'],
    ['x-old', 'ever'],
  ]);
});

test('a server that makes up tags fills a bounded part of the page', () => {
  const commitments = Array.from({ length: 60 }, (_, index) => promised(`x${String(index)}`));
  const [address] = tagStates(healthyEndpoint(), { now: testNow, commitments });
  expect(address?.tags).toHaveLength(36);
});
