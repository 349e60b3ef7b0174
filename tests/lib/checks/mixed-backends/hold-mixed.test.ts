import { holdMixed } from '#lib/checks/hold-mixed.ts';
import { judgeEndpoint } from '#lib/checks/registry.ts';
import type { Judgement, Verdict } from '#lib/model/finding.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  healthyEndpoint,
  leafWith,
  testAddresses,
  testEndpoint,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';

const [mixed, other] = testAddresses;
const at = (address: string | null, code: string, verdict: Verdict): Judgement => ({
  code,
  subject: { kind: 'endpoint', endpoint: testEndpoint(), address },
  verdict,
  params: {},
});

describe('an address behind which unlike servers answer', () => {
  it.each<readonly [Verdict, Verdict]>([
    ['pass', 'inconclusive'],
    ['superseded', 'inconclusive'],
    ['fail', 'fail'],
    ['n-a', 'n-a'],
    ['inconclusive', 'inconclusive'],
  ])('turns %s into %s', (verdict, held) => {
    expect(holdMixed([at(mixed, 'certificate-expiry', verdict)], [mixed])[0]?.verdict).toBe(held);
  });

  it('leaves other addresses, the endpoint as a whole and reachability alone', () => {
    const judgements = [
      at(other, 'certificate-expiry', 'pass'),
      at(null, 'host-without-address', 'pass'),
      at(mixed, 'unreachable', 'pass'),
    ];
    expect(holdMixed(judgements, [mixed])).toEqual(judgements);
    expect(holdMixed([at(mixed, 'certificate-expiry', 'pass')])).toEqual([at(mixed, 'certificate-expiry', 'pass')]);
  });

  it('keeps a fault open whichever server the probe meets, and is not compared with its siblings', () => {
    const healthy = healthyEndpoint();
    const forgotten = changeSessions(healthy, (_session, index) =>
      index === 0 ? { tls: trustedTls([leafWith(dayMs), testPki.intermediate]) } : {},
    );
    const verdicts = (observation: typeof healthy, mixedAddresses: readonly string[]) =>
      judgeEndpoint(observation, { now: testNow, mixedAddresses })
        .filter(({ code, subject }) => {
          const address = subject.kind === 'endpoint' ? subject.address : null;
          return address === mixed ? code === 'certificate-expiry' : code === 'addresses-differ-certificate';
        })
        .map(({ code, verdict }) => [code, verdict]);
    expect(verdicts(forgotten, [])).toEqual([
      ['certificate-expiry', 'crit'],
      ['addresses-differ-certificate', 'fail'],
    ]);
    expect(verdicts(forgotten, [mixed])).toEqual([
      ['certificate-expiry', 'crit'],
      ['addresses-differ-certificate', 'superseded'],
    ]);
    expect(verdicts(healthy, [mixed])).toEqual([
      ['certificate-expiry', 'inconclusive'],
      ['addresses-differ-certificate', 'superseded'],
    ]);
  });
});
