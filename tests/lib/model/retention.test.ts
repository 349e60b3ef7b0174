import { retentionBounds, retentionOf } from '#lib/model/retention.ts';

const nobody = { observations: null, incidents: null, reports: null };

describe('how long history is kept', () => {
  it('goes by the environment where nobody chose', () => {
    expect(retentionOf(nobody, 400)).toEqual({ observations: 400, incidents: 400, reports: 400 });
  });

  it('goes by what was chosen, where that is shorter', () => {
    expect(retentionOf({ observations: 30, incidents: 180, reports: null }, 400)).toEqual({
      ...{ observations: 30, incidents: 180, reports: 400 },
    });
  });

  it('never keeps longer than the environment says today', () => {
    expect(retentionOf({ observations: 365, incidents: 365, reports: 365 }, 120)).toEqual({
      ...{ observations: 120, incidents: 120, reports: 120 },
    });
  });

  it('keeps events for the month that pollers are promised, whatever anybody says', () => {
    expect(retentionOf({ ...nobody, incidents: 7 }, 400).incidents).toBe(30);
    expect(retentionOf(nobody, 7)).toEqual({ observations: 7, incidents: 30, reports: 7 });
  });

  it('offers no choice where the environment leaves none', () => {
    expect(retentionBounds('reports', 60)).toEqual({ minDays: 60, maxDays: 60 });
    expect(retentionBounds('reports', 400)).toEqual({ minDays: 90, maxDays: 400 });
  });
});
