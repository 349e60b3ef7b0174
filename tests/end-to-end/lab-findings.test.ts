import { judgeDomain, judgeEndpoint } from '#lib/checks/registry.ts';
import { createAddressGuard } from '#lib/model/address.ts';
import type { Judgement } from '#lib/model/finding.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import { dnsAddresses } from '#tests/lab/addresses.ts';
import { labDomains } from '#tests/lab/domains.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { createDial } from '#workers/net/dial.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import { createSignatureProbe } from '#workers/net/dns/signature-probe.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import { discoverDomain } from '#workers/probes/discover.ts';
import { probeEndpoint } from '#workers/probes/endpoint.ts';
import { createTrustStore } from '#workers/probes/trust-store.ts';

/*
 * Every fault of the lab is found, and nothing else: real name servers, Dovecot and Postfix, our discovery, probes and
 * checks. What incidents and mails make of it is the other end-to-end test's.
 */

const bad = ['warn', 'fail', 'crit'];
const clock = { now: () => Date.now() };

/** All that is wrong with a domain, as discovery and one run of each of its endpoints tell it. */
async function findingsOf(domain: string): Promise<readonly Judgement[]> {
  const lab = await sharedLab();
  const blocks = (lab.environment['LATCHWATCH_ALLOW_ADDRESSES'] ?? '').split(',').flatMap((text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  });
  const trust = await createTrustStore({ caFile: lab.environment['LATCHWATCH_CA_FILE'] ?? null });
  if (!trust.ok) throw new Error(trust.error);
  const dns = { servers: [{ address: dnsAddresses.resolver, port: 53 }], timeoutMs: 20_000 };
  const shared = {
    query: createQuery(dns),
    resolverPassesSignatures: createSignatureProbe(dns),
    dial: createDial({ guard: createAddressGuard(blocks) }),
    trust: trust.value,
    vantage: 'test',
    clock,
  };
  const discovered = await discoverDomain({ ...shared, domain });
  const runs = await mapBounded(discovered.endpoints, 4, async ({ target }) =>
    probeEndpoint({ ...shared, target, limit: (_address, _deadline, work) => work() }),
  );
  const now = Date.now();
  const judgements = [judgeDomain(discovered, { now }), ...runs.map((run) => judgeEndpoint(run, { now }))].flat();
  return judgements.filter(({ verdict }) => bad.includes(verdict));
}

// The domains that other tests break and repair meanwhile are theirs.
const still = labDomains.filter(({ name }) => name !== 'renewal.test' && name !== 'spare.test');

describe.each(still)('$name', ({ name, fault, expected }) => {
  it(fault ?? 'has nothing wrong', async () => {
    const findings = await findingsOf(name);
    const codes = new Set(findings.map(({ code }) => code));
    expect([...codes].sort()).toEqual(expected.map(({ code }) => code).sort());
    for (const { code, address } of expected.filter((finding) => finding.address !== null)) {
      const places = findings.filter((finding) => finding.code === code);
      expect(new Set(places.map(({ subject }) => (subject.kind === 'endpoint' ? subject.address : null)))).toEqual(
        new Set([address]),
      );
    }
  });
});
