import { judgeDomain, judgeEndpoint, judgeZone } from '#lib/checks/registry.ts';
import { createAddressGuard } from '#lib/model/address.ts';
import type { Judgement } from '#lib/model/finding.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import { dnsAddresses } from '#tests/lab/addresses.ts';
import { labDomains } from '#tests/lab/domains.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { createDial } from '#workers/net/dial.ts';
import { openDns } from '#workers/net/dns/open-dns.ts';
import { createSecondOpinion } from '#workers/net/dns/second-opinion.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import { discoverDomain } from '#workers/probes/discover.ts';
import { probeEndpoint } from '#workers/probes/endpoint.ts';
import { createTrustStore } from '#workers/probes/trust-store.ts';
import { observeZone } from '#workers/probes/zone.ts';

/*
 * Every fault of the lab is found, and nothing else: real name servers, Dovecot and Postfix, our discovery, probes and
 * checks. What incidents and mails make of it is the other end-to-end test's.
 */

const bad = ['warn', 'fail', 'crit'];
const clock = { now: () => Date.now() };

/** All that is wrong with a domain, as discovery and one run of each of its endpoints tell it. */
async function findingsOf(domain: string): Promise<readonly Judgement[]> {
  const lab = await sharedLab();
  const allowAddresses = (lab.environment['LATCHWATCH_ALLOW_ADDRESSES'] ?? '').split(',');
  const blocks = allowAddresses.flatMap((text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  });
  const trust = await createTrustStore({ caFile: lab.environment['LATCHWATCH_CA_FILE'] ?? null });
  if (!trust.ok) throw new Error(trust.error);
  // From the root down, as without LATCHWATCH_RESOLVER.
  const dns = await openDns({
    settings: {
      resolver: null,
      rootHints: lab.environment['LATCHWATCH_ROOT_HINTS'] ?? null,
      trustAnchors: lab.environment['LATCHWATCH_TRUST_ANCHORS'] ?? null,
      allowAddresses,
    },
    clock,
  });
  if (!dns.ok) throw new Error(dns.error);
  const shared = {
    query: dns.value.query,
    resolverPassesSignatures: dns.value.passesSignatures,
    dial: createDial({ guard: createAddressGuard(blocks) }),
    trust: trust.value,
    vantage: 'test',
    clock,
  };
  const discovered = await discoverDomain({ ...shared, domain });
  const runs = await mapBounded(discovered.endpoints, 4, async ({ target }) =>
    probeEndpoint({ ...shared, target, limit: (_address, _deadline, work) => work() }),
  );
  const zone = await observeZone(
    {
      zone: domain,
      domains: [domain],
      endpoints: discovered.endpoints.map(({ target }) => ({ host: target.host, port: target.port })),
      cuts: [],
    },
    {
      ...shared,
      validator: dns.value.validator,
      delegationOf: dns.value.source.iterate.delegationOf,
      askServer: dns.value.source.askServer,
      hasIpv6Route: () => Promise.resolve(false),
      secondOpinion: createSecondOpinion([{ address: dnsAddresses.resolver, port: 53 }]),
    },
  );
  const now = Date.now();
  const judgements = [
    judgeDomain(discovered, { now }),
    judgeZone(zone, { now }),
    ...runs.map((run) => judgeEndpoint(run, { now })),
  ].flat();
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
