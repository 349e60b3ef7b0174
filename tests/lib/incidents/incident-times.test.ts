import { incidentTimes, type IncidentMoments } from '#lib/incidents/incident-times.ts';

const moments: IncidentMoments = {
  ...{ lastGoodAt: 1000, firstSeen: 4000, openedAt: 9000 },
  ...{ acknowledgedAt: 20_000, resolvedAt: 64_000 },
};

test('how long it lasted, until it was found and until somebody took it', () => {
  expect(incidentTimes(moments)).toEqual({
    ...{ durationMs: 60_000, detectMs: 5000, detectAtMostMs: 8000, acknowledgeMs: 11_000 },
  });
});

test('what did not happen has no length', () => {
  const open = { ...moments, lastGoodAt: null, acknowledgedAt: null, resolvedAt: null };
  expect(incidentTimes(open)).toEqual({
    ...{ durationMs: null, detectMs: 5000, detectAtMostMs: null, acknowledgeMs: null },
  });
  expect(incidentTimes({ ...moments, openedAt: null })).toMatchObject({ detectMs: null, acknowledgeMs: null });
});

test('clocks that differ make no length below nothing', () => {
  expect(incidentTimes({ ...moments, openedAt: 3999 }).detectMs).toBe(0);
});
