import { hostOutcome, isSelfNetworkDown, type HostOutcome } from '#lib/incidents/self-network.ts';
import type { EndpointObservation, FailureReason } from '#lib/model/observation.ts';

const now = 1_000_000_000;
const minute = 60_000;

function outcomes(...silent: readonly boolean[]): readonly HostOutcome[] {
  return silent.map((item, index) => ({ host: `mx${index}.example.org`, at: now - 1000, silent: item }));
}

function down(list: readonly HostOutcome[], silentSince: number | null = now - 1000): boolean {
  return isSelfNetworkDown({ outcomes: list, silentSince, windowMs: minute, now });
}

function observed(reasons: readonly (FailureReason | null)[]): EndpointObservation {
  return {
    endpoint: { service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: 993 },
    vantage: 'test',
    startedAt: now,
    finishedAt: now,
    addresses: { ok: true, facts: { list: reasons.map((_, index) => `192.0.2.${index}`), lookups: [] } },
    sessions: reasons.map((reason, index) => ({
      address: `192.0.2.${index}`,
      startedAt: now,
      greeting: null,
      capabilitiesBeforeTls: null,
      capabilitiesAfterTls: null,
      starttls: 'not-applicable',
      tls: null,
      goodbyeAnswered: null,
      timings: { connectMs: null, greetingMs: null, handshakeMs: null, totalMs: 1 },
      transcript: [],
      failure: reason === null ? null : { stage: 'connect', reason },
    })),
    tlsa: null,
  };
}

describe('whether it is our own network', () => {
  it('is when every one of three hosts is silent', () => expect(down(outcomes(true, true, true))).toBe(true));
  it('is not when one host answers', () => expect(down(outcomes(true, false, true))).toBe(false));
  it('cannot be told from two hosts', () => expect(down(outcomes(true, true))).toBe(false));
  it('is not believed for longer than ten minutes', () =>
    expect(down(outcomes(true, true, true), now - 11 * minute)).toBe(false));
  it('does not count what was seen long ago', () => {
    const old = outcomes(true, true, true).map((outcome) => ({ ...outcome, at: now - 5 * minute }));
    expect(down(old)).toBe(false);
  });
});

describe('what a run says about the network', () => {
  it.each<readonly [string, readonly (FailureReason | null)[], boolean | null]>([
    ['timeouts', ['timeout', 'timeout'], true],
    ['a refusal comes from the other side', ['timeout', 'refused'], false],
    ['an answer', ['timeout', null], false],
    ['nothing was dialled', ['busy', 'blocked'], null],
  ])('%s', (_name, reasons, silent) => {
    expect(hostOutcome(observed(reasons))?.silent ?? null).toBe(silent);
  });
});
