import { judgeEndpoint } from '#lib/checks/registry.ts';
import { isSilentGuess, judgeSilentGuess, reachesService, silentGuessPauseMs } from '#lib/checks/silent-guess.ts';
import { verdicts } from '#lib/model/finding.ts';
import { testNow } from '#tests/support/certificates.ts';
import { failSessions, healthyEndpoint, testEndpoint } from '#tests/support/observations.ts';

const refused = failSessions(healthyEndpoint(), { stage: 'connect', reason: 'refused' });

describe('a silent guess', () => {
  test.each<readonly [readonly string[], boolean, boolean]>([
    [['guess'], false, true],
    [['guess', 'guess'], false, true],
    [['guess'], true, false],
    [['guess', 'manual'], false, false],
    [['srv'], false, false],
    [['mx'], false, false],
    // Not watched at all: what is open ends as no longer monitored, not as a guess.
    [[], false, false],
  ])('of %j with reached %j is one: %j', (origins, reached, expected) => {
    expect(isSilentGuess({ origins, reached })).toBe(expected);
  });

  test('is over with a greeting from any address', () => {
    expect(reachesService(refused)).toBe(false);
    expect(
      reachesService(failSessions(healthyEndpoint(), { stage: 'connect', reason: 'refused' }, (i) => i === 0)),
    ).toBe(true);
    // Something that answers without being the service is no greeting: the dialogue keeps none.
    expect(reachesService(failSessions(healthyEndpoint(), { stage: 'greeting', reason: 'protocol' }))).toBe(false);
  });

  test('keeps what was judged and says nothing worse than a note about it', () => {
    const judged = judgeEndpoint(refused, { now: testNow });
    const softened = judgeSilentGuess(judged);
    expect(judged.map(({ verdict }) => verdict)).toContain('crit');
    expect(softened.map(({ code, subject, params }) => ({ code, subject, params }))).toEqual(
      judged.map(({ code, subject, params }) => ({ code, subject, params })),
    );
    expect(new Set(softened.map(({ verdict }) => verdict))).toEqual(new Set(['info', 'n-a', 'pass']));
  });

  test('leaves no verdict that opens or holds an incident', () => {
    const subject = { kind: 'endpoint', endpoint: testEndpoint(), address: null } as const;
    const all = judgeSilentGuess(verdicts.map((verdict) => ({ code: 'x', subject, verdict, params: {} })));
    expect(all.map(({ verdict }) => verdict)).toEqual([
      'pass',
      'info',
      'info',
      'info',
      'info',
      'n-a',
      'n-a',
      'superseded',
    ]);
  });

  test('is looked at hourly, or as seldom as everything else', () => {
    expect(silentGuessPauseMs(300_000)).toBe(3_600_000);
    expect(silentGuessPauseMs(86_400_000)).toBe(86_400_000);
  });
});
