import type { DomainObservation, SrvLookup, SrvRecord } from '../model/observation.ts';
import { findServiceRow, services } from '../model/endpoint.ts';
import type { DomainCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeWholeDomain, passed, undecided } from './decision.ts';
import { listParam, textParam } from './wording.ts';

/** Whether SRV records lead clients to implicit TLS first. */
export const srvPreference: DomainCheck = {
  id: 'srv-preference',
  subject: 'domain',
  findings: [
    {
      code: 'srv-implicit-not-preferred',
      summary: 'SRV records do not prefer implicit TLS over STARTTLS',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.4.2',
        'draft-ietf-uta-email-deep-00 section 8',
        'RFC 8314 section 4.5.2',
        'checklist row 19',
        'checklist row 61',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `SRV records of ${textParam(params, 'domain', 70)} do not prefer implicit TLS`,
        expected: 'For each protocol, implicit TLS at a lower priority number than STARTTLS',
        got: listParam(params, 'services'),
        meaning:
          'Clients may choose the port that begins in clear text, where somebody on the network can keep TLS from ' +
          'starting. Accounts that are set up that way stay that way for years.',
        fix:
          'Publish _imaps, _pop3s and _submissions with priority 0 and give _imap, _pop3 and _submission a higher ' +
          'number, or the target "." once nobody needs them.',
      }),
    },
  ],
  judge: (observation) => judgeWholeDomain(observation, { 'srv-implicit-not-preferred': judgePreference(observation) }),
};

function judgePreference({ srv }: DomainObservation): Decision {
  const findings: string[] = [];
  let complete = true;
  for (const service of services) {
    const implicit = findLookup(srv, findServiceRow(service, 'implicit')?.srvLabel);
    const starttls = findLookup(srv, findServiceRow(service, 'starttls')?.srvLabel);
    if (implicit === undefined || starttls === undefined) continue;
    const [preferred, other] = [readOffered(implicit), readOffered(starttls)];
    if (preferred === null || other === null) {
      complete = false;
      continue;
    }
    const [best, otherBest] = [findBest(preferred), findBest(other)];
    if (otherBest === null || (best !== null && best < otherBest)) continue;
    const standing = best === null ? `no ${implicit.label}` : `${implicit.label} at priority ${String(best)}`;
    findings.push(`${starttls.label} at priority ${String(otherBest)}, ${standing}`);
  }
  if (findings.length > 0) return { verdict: 'warn', params: { services: findings } };
  return complete ? passed : undecided;
}

function findLookup(srv: readonly SrvLookup[], label: string | null | undefined): SrvLookup | undefined {
  return srv.find((lookup) => lookup.label === label);
}

/** Records that offer the service; null where DNS gave no answer. */
function readOffered({ lookup }: SrvLookup): readonly SrvRecord[] | null {
  if (lookup.ok) return lookup.facts.records.filter(({ target }) => target !== '.');
  return lookup.failure.reason === 'nxdomain' ? [] : null;
}

function findBest(records: readonly SrvRecord[]): number | null {
  return records.length === 0 ? null : Math.min(...records.map(({ priority }) => priority));
}
