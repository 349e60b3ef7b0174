import { judgeDomain, judgeEndpoint } from '#lib/checks/registry.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { lookOutcome, summarizeLook, type EndpointLook } from '#lib/setup/endpoint-look.ts';
import { goodWords } from '#lib/setup/good-words.ts';
import { judgeSight, setupResult, type SetupSight } from '#lib/setup/judge-setup.ts';
import { readToldSteps } from '#lib/setup/read-told-steps.ts';
import { boundedStep, latestSteps, type SetupStep } from '#lib/setup/setup-step.ts';
import { setupVerdict } from '#lib/setup/verdict-words.ts';
import { testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  failSessions,
  healthyDomain,
  healthyEndpoint,
  leafWith,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';

const step: SetupStep = {
  ...{ key: 'MX example.org', group: 'records', subject: 'example.org MX', state: 'found', text: '' },
  ...{ guess: false, tookMs: 3 },
};
const look = (observation: EndpointObservation, origin: EndpointLook['found']['origin'] = 'srv'): EndpointLook => ({
  found: { target: observation.endpoint, origin, priority: 0, weight: 1 },
  observation,
});
const refused = failSessions(healthyEndpoint(), { stage: 'connect', reason: 'refused' });
const blocked = failSessions(healthyEndpoint(), { stage: 'connect', reason: 'blocked', said: '10.0.0.1 is private' });

function resultOf(looks: readonly EndpointLook[], change: Partial<SetupSight> = {}, ownNetworkDown = false) {
  const sight = {
    domain: null,
    dnssec: 'secure',
    looks,
    steps: [],
    durationMs: 1000,
    cutShort: false,
    ...change,
  } as const;
  const judgements = judgeSight(sight, { judges: { judgeDomain, judgeEndpoint }, now: testNow });
  return setupResult(sight, { judgements, ownNetworkDown });
}

describe('an endpoint of a setup', () => {
  it('that answers shows its addresses with their times', () => {
    const { state, text } = lookOutcome(look(healthyEndpoint()));
    expect(state).toBe('found');
    expect(text).toMatch(/^192\.0\.2\.1 TLSv1\.3, connected in \d+ ms, TLS in \d+ ms; 2001:db8::1 /);
  });

  it.each([
    ['a named one that is silent', refused, 'srv', 'silent', 'bad'],
    ['a guess that is silent', refused, 'guess', 'silent-guess', 'absent'],
    ['one at private addresses', blocked, 'srv', 'blocked', 'unknown'],
    [
      'one for which no time was left',
      failSessions(healthyEndpoint(), { stage: 'connect', reason: 'busy' }),
      'mx',
      'unseen',
      'unknown',
    ],
  ] as const)('%s is no more and no less than that', (_, observation, origin, standing, state) => {
    expect(summarizeLook(look(observation, origin)).standing).toBe(standing);
    expect(lookOutcome(look(observation, origin)).state).toBe(state);
  });

  it('whose host has no address is a fault, and one whose lookup failed is unknown', () => {
    const without = (reason: 'nxdomain' | 'timeout') =>
      look({ ...healthyEndpoint(), sessions: [], addresses: { ok: false, failure: { stage: 'resolve', reason } } });
    expect(lookOutcome(without('nxdomain'))).toEqual({ state: 'bad', text: 'no such name' });
    expect(lookOutcome(without('timeout')).state).toBe('unknown');
  });
});

describe('the verdict of a setup', () => {
  it('is good where all is', () => {
    const result = resultOf([look(healthyEndpoint())]);
    expect(result.findings.filter(({ verdict }) => verdict !== 'info')).toEqual([]);
    expect(setupVerdict('example.org', result).tone).toBe('ok');
    expect(goodWords(result)).toContain('Mail programs trust every certificate.');
  });

  it('does not praise what is not there', () => {
    const words = (origin: 'srv' | 'guess') =>
      goodWords(resultOf([look(healthyEndpoint(), origin)], { domain: healthyDomain() }));
    expect(words('srv')).toContain('What the SRV records name is there.');
    expect(words('guess').filter((sentence) => /SRV|STARTTLS/.test(sentence))).toEqual([]);
  });

  it('names what locks customers out first, and does not call it good', () => {
    const expired = changeSessions(healthyEndpoint(), () => ({
      tls: trustedTls([leafWith(-1000), testPki.intermediate]),
    }));
    const result = resultOf([look(expired)]);
    expect(result.findings[0]).toMatchObject({
      code: 'certificate-expiry',
      verdict: 'crit',
      place: 'mail.example.org:993',
    });
    expect(setupVerdict('example.org', result).tone).toBe('crit');
    expect(goodWords(result)).not.toContain('No certificate is about to expire.');
  });

  it('says nothing bad of a guess that nobody promised', () => {
    expect(resultOf([look(refused, 'guess')]).findings).toEqual([]);
    expect(resultOf([look(refused)]).findings.map(({ code }) => code)).toContain('unreachable');
  });

  it('calls nothing good or bad that was not looked at', () => {
    const result = resultOf([look(blocked)], {
      steps: [
        { ...step, state: 'asking' },
        { ...step, key: 'x', state: 'unknown', text: 'no answer in time' },
      ],
    });
    expect(result.unknown).toEqual([
      { subject: 'example.org MX', why: 'no answer in time' },
      { subject: 'example.org MX', why: 'no answer in time' },
    ]);
    expect(goodWords(result)[0]).toMatch(/^The zone/);
    expect(setupVerdict('example.org', { ...result, findings: [] }).tone).toBe('unknown');
    expect(setupVerdict('example.org', resultOf([look(refused)], {}, true)).sentence).toMatch(/^Our own network/);
    expect(goodWords(resultOf([look(healthyEndpoint())], {}, true))).toEqual([]);
  });

  it('judges the records beside what answers', () => {
    const domain = healthyDomain();
    expect(resultOf([], { domain }).exists).toBe(true);
    const missing = {
      ...domain,
      mx: { ok: true, facts: { ...(domain.mx.ok ? domain.mx.facts : never()), rcode: 'NXDOMAIN', records: [] } },
    } as const;
    const result = resultOf([], { domain: missing });
    expect(result.exists).toBe(false);
    expect(setupVerdict('example.org', result).sentence).toMatch(/^example\.org does not exist/);
  });
});

function never(): never {
  throw new Error('the healthy domain has MX records');
}

describe('steps', () => {
  it('are cut to what can be kept, and the latest of each line holds', () => {
    const long = boundedStep({ ...step, text: 'x'.repeat(9_000), subject: 'y'.repeat(9_000), tookMs: 1.6 });
    expect(long).toMatchObject({ tookMs: 2 });
    expect([long.text.length, long.subject.length]).toEqual([400, 320]);
    expect(latestSteps([{ ...step, state: 'asking' }, { ...step, key: 'b' }, step])).toEqual([
      step,
      { ...step, key: 'b' },
    ]);
  });

  it('are read from an event, without what is no step', () => {
    expect(readToldSteps(JSON.stringify([step, { ...step, state: 'never heard of' }, null, 5]))).toEqual([step]);
    for (const text of ['', '{', '{}', 'null', '"x"']) expect(readToldSteps(text)).toEqual([]);
  });
});
