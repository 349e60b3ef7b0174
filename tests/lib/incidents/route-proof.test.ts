import { isProofDue, routeStanding, type RouteProof } from '#lib/incidents/route-proof.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = 100 * day;

function proof(given: Partial<RouteProof>): RouteProof {
  return { recipient: 'a@x.example', createdAt: now, sentAt: null, error: null, confirmedAt: null, ...given };
}

function standing(proofs: readonly RouteProof[], options: { kind?: 'mail' | 'webhook'; createdAt?: number } = {}) {
  const { kind = 'mail', createdAt = 0 } = options;
  return routeStanding({ kind, recipients: ['a@x.example', 'b@x.example'], proofs, createdAt, now });
}

describe('the standing of a route', () => {
  it('is proven by the last confirmation of any receiver, and says who did not confirm', () => {
    const proofs = [
      proof({ createdAt: now - 9 * day, sentAt: now - 9 * day, confirmedAt: now - 8 * day }),
      proof({ createdAt: now - 2 * day, sentAt: now - 2 * day, confirmedAt: now - day }),
      proof({ recipient: 'b@x.example', createdAt: now - day, error: 'refused' }),
      proof({ recipient: 'gone@x.example', sentAt: now, confirmedAt: now }),
    ];
    expect(standing(proofs)).toEqual({
      recipients: [
        { recipient: 'a@x.example', sentAt: now - 2 * day, confirmedAt: now - day, error: null },
        { recipient: 'b@x.example', sentAt: null, confirmedAt: null, error: 'refused' },
      ],
      provenAt: now - day,
      overdue: false,
    });
  });

  it('is not proven by a relay that took a mail, but by a webhook that took a test', () => {
    const proofs = [proof({ sentAt: now - day })];
    expect(standing(proofs).provenAt).toBeNull();
    expect(standing(proofs, { kind: 'webhook' }).provenAt).toBe(now - day);
  });

  it.each([
    [8 * day, false],
    [8 * day + 1, true],
  ])('is overdue after eight days: %d', (ageMs, overdue) => {
    expect(standing([proof({ sentAt: now - ageMs, confirmedAt: now - ageMs })]).overdue).toBe(overdue);
    expect(standing([], { createdAt: now - ageMs }).overdue).toBe(overdue);
  });
});

describe('the next test', () => {
  const due = (sentAt: number | null, kind: 'mail' | 'alertmanager', createdAt = 0) =>
    isProofDue({ recipient: 'a@x.example', sentAt, confirmedAt: null, error: null }, { kind, createdAt, now });

  it.each([
    ['a mail of a week ago', now - 7 * day, 'mail', true],
    ['a mail of yesterday', now - day, 'mail', false],
    ['an alert of yesterday', now - day, 'alertmanager', true],
    ['an alert of an hour ago', now - hour, 'alertmanager', false],
    ['a test from the future', now + hour, 'mail', true],
    ['no test', null, 'mail', true],
  ] as const)('after %s', (_what, sentAt, kind, expected) => {
    expect(due(sentAt, kind)).toBe(expected);
  });

  it('waits an hour after the route was made', () => {
    expect(due(null, 'mail', now - hour + 1)).toBe(false);
    expect(due(null, 'mail', now - hour)).toBe(true);
  });
});
