import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Judgement } from '#lib/model/finding.ts';
import { subjectKey } from '#lib/model/finding.ts';
import type { Check, JudgeContext } from '#lib/checks/check.ts';
import {
  allFindings,
  describeFinding,
  domainChecks,
  endpointChecks,
  findFinding,
  judgeDomain,
  judgeEndpoint,
  judgeScan,
  judgeZone,
  messageChecks,
  scanChecks,
  selfChecks,
  zoneChecks,
} from '#lib/checks/registry.ts';
import { testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  changeTlsa,
  failSessions,
  healthyDomain,
  healthyEndpoint,
  testEndpoint,
  testPki,
  tlsaOf,
  trustedTls,
  untrustedTls,
} from '#tests/support/observations.ts';
import { healthyWatched } from '#tests/support/watched-services.ts';
import { healthyScan } from '#tests/support/scan-observations.ts';
import { healthyZone } from '#tests/support/zone-observations.ts';
import {
  domainFixtures,
  endpointFixtures,
  messageFixtures,
  scanFixtures,
  selfFixtures,
  zoneFixtures,
} from './all-fixtures.ts';
import type { FiringFixture, SilentFixture } from './fixture.ts';

const checks: readonly Check[] = [
  ...endpointChecks,
  ...domainChecks,
  ...zoneChecks,
  ...scanChecks,
  ...messageChecks,
  ...selfChecks,
];
const here = new URL('.', import.meta.url);

interface Run {
  readonly check: Check;
  readonly firing: readonly (FiringFixture<unknown> & { readonly judgements: readonly Judgement[] })[];
  readonly silent: readonly (SilentFixture<unknown> & { readonly judgements: readonly Judgement[] })[];
}

const runs: readonly Run[] = [
  ...endpointChecks.map((check) => judgeFixtures(check, endpointFixtures[check.id])),
  ...domainChecks.map((check) => judgeFixtures(check, domainFixtures[check.id])),
  ...zoneChecks.map((check) => judgeFixtures(check, zoneFixtures[check.id])),
  ...scanChecks.map((check) => judgeFixtures(check, scanFixtures[check.id])),
  ...messageChecks.map((check) => judgeFixtures(check, messageFixtures[check.id])),
  ...selfChecks.map((check) => judgeFixtures(check, selfFixtures[check.id])),
];

function judgeFixtures<O>(
  check: Check & { readonly judge: (observation: O, context: JudgeContext) => readonly Judgement[] },
  fixtures: { readonly firing: readonly FiringFixture<O>[]; readonly silent: readonly SilentFixture<O>[] } | undefined,
): Run {
  const judge = <F extends FiringFixture<O> | SilentFixture<O>>(fixture: F) => {
    const { observation, now = testNow, tlsaUnmatchedSince = new Map<string, number>(), context } = fixture;
    return { ...fixture, judgements: check.judge(observation, { ...context, now, tlsaUnmatchedSince }) };
  };
  return { check, firing: fixtures?.firing.map(judge) ?? [], silent: fixtures?.silent.map(judge) ?? [] };
}

const fires = ({ verdict }: Judgement): boolean => ['info', 'warn', 'fail', 'crit'].includes(verdict);
const addressOf = ({ subject }: Judgement): string | null => (subject.kind === 'endpoint' ? subject.address : null);

describe('definitions', () => {
  it('have codes of their own in kebab-case', () => {
    const codes = allFindings.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
  });

  it('keep every released code', () => {
    const released = readFileSync(new URL('released-codes.txt', here), 'utf8').trim().split('\n');
    expect(released).toEqual([...released].sort());
    expect([...allFindings.map(({ code }) => code)].sort()).toEqual(released);
  });

  it.each(allFindings.map((finding) => [finding.code, finding] as const))(
    '%s refers to the draft and the checklist',
    (_code, finding) => {
      expect(finding.summary).not.toBe('');
      expect(finding.refs.some((ref) => ref.startsWith('draft-ietf-uta-email-deep-00 section '))).toBe(true);
      expect(finding.refs.some((ref) => /^checklist row \d+$/.test(ref))).toBe(true);
    },
  );

  it('wait for two more sightings where the fact can pass by itself', () => {
    const patient = allFindings.filter(({ confirmations }) => confirmations === 2).map(({ code }) => code);
    expect(patient.sort()).toEqual([
      'configuration-dead',
      'endpoint-vanished',
      'host-without-address',
      'resolver-disagrees',
      'server-lame',
      'server-silent',
      'server-stale',
      'status-url-unreachable',
      'submission-missing',
      'tlsa-lookup-failing',
      'tlsa-question-dropped',
      'turned-away',
      'unreachable',
    ]);
  });

  it('stand in a file and a fixture folder named after their check', () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !existsSync(new URL(`../../../lib/checks/${id}.ts`, here)))).toEqual([]);
    const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...ids].sort());
  });
});

describe.each(runs.map((run) => [run.check.id, run] as const))('%s', (_id, { check, firing, silent }) => {
  it('has a firing fixture for each of its codes, and silent ones', () => {
    expect([...new Set(firing.map(({ code }) => code))].sort()).toEqual(check.findings.map(({ code }) => code).sort());
    expect(silent.some(({ decided }) => decided)).toBe(true);
  });

  it.each(firing.map((fixture) => [`${fixture.code}: ${fixture.name}`, fixture] as const))(
    'fires %s',
    (_name, fixture) => {
      const found = fixture.judgements.find(
        (judgement) => judgement.code === fixture.code && addressOf(judgement) === fixture.address && fires(judgement),
      );
      expect(found?.verdict).toBe(fixture.verdict);
      expect(found?.packs).toEqual(fixture.packs);
      const text = describeFinding({ code: fixture.code, params: found?.params ?? {} });
      expect(Object.values(text).join('\n')).toMatch(fixture.says);
    },
  );

  it.each(silent.map((fixture) => [fixture.name, fixture] as const))('is silent: %s', (_name, fixture) => {
    const { judgements } = fixture;
    expect(judgements.filter(fires)).toEqual([]);
    expect(judgements).not.toEqual([]);
    // Held means that not all was decided; decided means that nothing was left open.
    expect(judgements.every(({ verdict }) => verdict !== 'inconclusive')).toBe(fixture.decided);
  });

  it('decides each of its codes once a subject, and no others', () => {
    const own = check.findings.map(({ code }) => code);
    for (const { judgements } of [...firing, ...silent]) {
      const keys = judgements.map(({ code, subject }) => `${code} ${subjectKey(subject)}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(judgements.filter(({ code }) => !own.includes(code))).toEqual([]);
    }
  });

  it('writes findings that read well', () => {
    for (const { judgements } of [...firing, ...silent]) {
      for (const judgement of judgements.filter(fires)) {
        const text = describeFinding(judgement);
        expect(text.title.length).toBeLessThanOrEqual(120);
        for (const part of Object.values(text)) {
          expect(part).not.toBe('');
          expect(part).not.toMatch(/undefined|\[object|NaN|\bnull\b(?! MX)|unknown time/);
          expect(part).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        }
        expect(text.title).not.toMatch(/unknown|…|\.$/);
      }
    }
  });
});

describe('describeFinding', () => {
  it('has a text for a code that this version does not know', () => {
    const text = describeFinding({ code: 'from-the-future', params: { host: 'mail.example.org' } });
    expect(text.title).toBe('Finding from-the-future');
    expect(text.got).toContain('mail.example.org');
    expect(findFinding('from-the-future')).toBeUndefined();
  });

  it.each(allFindings.map(({ code }) => code))('has a text for %s without parameters', (code) => {
    expect(Object.values(describeFinding({ code, params: {} })).join('\n')).not.toMatch(/undefined|NaN|\[object/);
  });

  it('keeps titles short for the longest host names', () => {
    const long = `${'a'.repeat(60)}.`.repeat(4).slice(0, 253);
    const params = {
      host: long,
      domain: long,
      address: '2001:db8:1111:2222:3333:4444:5555:6666',
      odd: [long],
      port: 65535,
    };
    for (const { code } of allFindings) expect(describeFinding({ code, params }).title.length).toBeLessThanOrEqual(120);
  });
});

describe('judging', () => {
  it('finds nothing on a healthy endpoint, domain or zone and decides everything', () => {
    const starttls = ['submission', 'smtp', 'sieve'] as const;
    for (const endpoint of [testEndpoint(), ...starttls.map((service) => testEndpoint(service, 'starttls'))]) {
      const judgements = judgeEndpoint(healthyEndpoint(endpoint), { now: testNow });
      expect(judgements.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'n-a')).toEqual([]);
    }
    const ofDomain = judgeDomain(healthyDomain(), { now: testNow, watched: healthyWatched() });
    expect(ofDomain.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'n-a')).toEqual([]);
    for (const endpoint of [testEndpoint(), testEndpoint('pop3'), testEndpoint('submission', 'starttls')]) {
      const judgements = judgeScan(healthyScan(endpoint), { now: testNow });
      expect(judgements.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'n-a')).toEqual([]);
    }
    expect(judgeZone(healthyZone(), { now: testNow }).filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  it('holds everything but reachability for an address that does not answer', () => {
    const spoiled = changeTlsa(healthyEndpoint(), [{ ...tlsaOf(testPki.root) }]);
    const judgements = judgeEndpoint(failSessions(spoiled, { stage: 'connect', reason: 'timeout' }), { now: testNow });
    const atAddress = judgements.filter((judgement) => addressOf(judgement) !== null);
    const decided = atAddress.filter(({ verdict }) => verdict !== 'inconclusive').map(({ code }) => code);
    expect([...new Set(decided)].sort()).toEqual(['address-refused', 'no-route-from-here', 'unreachable']);
    expect(atAddress.filter(fires).map(({ code, verdict }) => [code, verdict])).toEqual([
      ['unreachable', 'crit'],
      ['unreachable', 'crit'],
    ]);
  });

  it('says which TLSA record matched', () => {
    const judgement = judgeEndpoint(healthyEndpoint(), { now: testNow }).find(({ code }) => code === 'tlsa-mismatch');
    expect(judgement).toMatchObject({ verdict: 'pass', params: { depth: 0, subject: 'CN=mail.example.org' } });
    expect(judgement?.params.matched).toMatch(/^3 1 1 [0-9a-f]{16}…$/);
  });

  it('survives whatever bytes and texts a server sends', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const der = fc.oneof(fc.constantFrom(testPki.leaf.base64, testPki.intermediate.base64), text, fc.base64String());
    fc.assert(
      fc.property(
        fc.array(der, { maxLength: 5 }),
        fc.array(text, { maxLength: 5 }),
        fc.oneof(fc.constant(null), text),
        fc.constantFrom('CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'anything'),
        fc.integer(),
        (chain, capabilities, refusal, error, now) => {
          const tls = refusal === null ? trustedTls([], { chain }) : { ...untrustedTls([], error), chain };
          const observation = changeSessions(healthyEndpoint(testEndpoint('imap', 'starttls')), (_session, index) => ({
            tls,
            capabilitiesBeforeTls: capabilities,
            capabilitiesAfterTls: index === 0 ? capabilities : [],
            failure: refusal === null ? null : { stage: 'capability', reason: 'rejected', said: refusal },
          }));
          const judgements = judgeEndpoint(observation, { now });
          expect(judgements.length).toBeGreaterThan(0);
          for (const judgement of judgements) expect(describeFinding(judgement).title.length).toBeLessThanOrEqual(120);
        },
      ),
      { numRuns: 200 },
    );
  });
});
