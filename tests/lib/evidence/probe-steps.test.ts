import { endpointChecks, judgeEndpoint, scanChecks } from '#lib/checks/registry.ts';
import { compareRecords } from '#lib/checks/tlsa-records.ts';
import { listProbeSteps, type ProbeStep, type StepOutcome } from '#lib/evidence/probe-steps.ts';
import { stepOfCode } from '#lib/evidence/step-of-code.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { issueCertificate, testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  trustedTls,
} from '#tests/support/observations.ts';

const [address] = testAddresses;

function outcomesOf(observation: EndpointObservation): readonly StepOutcome[] {
  return judgeEndpoint(observation, { now: testNow }).map(({ code, subject, verdict }) => ({
    code,
    address: subject.kind === 'endpoint' ? subject.address : null,
    verdict,
  }));
}

/** The steps at the first address, as a page without earlier findings has them. */
function stepsOf(observation: EndpointObservation, findings: readonly StepOutcome[] = []): readonly ProbeStep[] {
  const [session] = observation.sessions;
  if (session === undefined) throw new Error('no session');
  const records = compareRecords(observation, { now: testNow });
  return listProbeSteps({ observation, session, records, outcomes: outcomesOf(observation), findings });
}

function stateOf(steps: readonly ProbeStep[]): Readonly<Record<string, string>> {
  return Object.fromEntries(steps.map(({ name, state }) => [name, state]));
}

test('every code of an endpoint belongs to a step', () => {
  const codes = [...endpointChecks, ...scanChecks].flatMap(({ findings }) => findings.map(({ code }) => code));
  expect(codes.filter((code) => stepOfCode(code) === undefined)).toEqual([]);
  expect(stepOfCode('mx-missing')).toBeUndefined();
});

test('a healthy address goes through every step', () => {
  const steps = stepsOf(healthyEndpoint());
  expect(steps.map(({ title }) => title)).toEqual([
    'DNS',
    'Connect',
    'Greeting',
    'Implicit TLS',
    'TLS version',
    'Cipher',
    'Certificate chain',
    'Name in the certificate',
    'TLSA',
    'CAPABILITY and ID',
    'DEEP status',
  ]);
  const states = stateOf(steps);
  for (const name of ['connect', 'greeting', 'security', 'version', 'chain', 'name']) expect(states[name]).toBe('pass');
  // Only the deep scan says something of the cipher.
  expect(states['cipher']).toBe('not-judged');
  expect(steps.find(({ name }) => name === 'name')?.got).toEqual(['mail.example.org is for it']);
  expect(steps.find(({ name }) => name === 'security')?.durationMs).toBe(5);
});

test('what comes after the failure was not reached, and is not fine', () => {
  const states = stateOf(stepsOf(failSessions(healthyEndpoint(), { stage: 'connect', reason: 'refused' })));
  expect(states).toMatchObject({
    connect: 'crit',
    greeting: 'not-reached',
    version: 'not-reached',
    deep: 'not-reached',
  });
});

test('STLS of POP3 is named so, and its answer is shown', () => {
  const pop3 = changeSessions(healthyEndpoint(testEndpoint('pop3', 'starttls')), () => ({
    starttls: 'not-advertised',
    tls: null,
    capabilitiesAfterTls: null,
    failure: { stage: 'starttls', reason: 'not-advertised' },
  }));
  const step = stepsOf(pop3).find(({ name }) => name === 'security');
  expect(step).toMatchObject({ title: 'STLS', got: ['not advertised', 'not-advertised at starttls'] });
});

test('a wrong name is found in its step, with the names that the certificate has', () => {
  const wrong = issueCertificate({ commonName: 'x', dnsNames: ['other.example.net'] });
  const steps = stepsOf(changeSessions(healthyEndpoint(), () => ({ tls: trustedTls([wrong]) })));
  const name = steps.find((step) => step.name === 'name');
  expect(name?.got).toEqual(['only other.example.net']);
  expect(name?.codes).toContain('certificate-name-mismatch');
  expect(steps.find((step) => step.name === 'tlsa')?.got[0]).toBe('0 of 2 records match');
});

test('what an earlier run found holds although this one could not tell', () => {
  const held = { code: 'certificate-expiry', address, verdict: 'fail' } as const;
  const failed = failSessions(healthyEndpoint(), { stage: 'connect', reason: 'timeout' });
  expect(stateOf(stepsOf(failed, [held]))['chain']).toBe('fail');
  const elsewhere = { ...held, address: testAddresses[1] };
  expect(stateOf(stepsOf(healthyEndpoint(), [elsewhere]))['chain']).toBe('pass');
});
