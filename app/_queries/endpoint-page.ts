import { openChangeOf } from '#prisma/commands/baseline.ts';
import type { Role } from '#lib/model/role.ts';
import { listChanges } from './changes.ts';
import { findDeclaration } from './declarations.ts';
import { readEndpointEvidence } from './endpoint-evidence.ts';
import { readUnchangedSince } from './endpoint-runs.ts';
import type { EndpointRecord } from './endpoints.ts';
import { listFindings } from './findings.ts';
import { readEndpointHeartbeats } from './heartbeats.ts';
import { readHostLatches } from './host-latches.ts';
import { listGivenCertificateItems } from './known-certificates.ts';
import { findScan, readWaiting } from './scans.ts';
import { listOpenIncidentsOf } from './worst-incidents.ts';

const hourMs = 3_600_000;
const maxChanges = 15;

async function readDeclared({ id, host }: EndpointRecord, now: Date) {
  const declared = await findDeclaration(id, now);
  return { declared, given: await listGivenCertificateItems(declared.declaration.serverName ?? host) };
}

/** Everything that the page of an endpoint shows. Nothing in it grows with the length of the history. */
export async function readEndpointPage(
  endpoint: EndpointRecord,
  { now, role }: { readonly now: Date; readonly role: Role },
) {
  const { id, host } = endpoint;
  const to = now.getTime();
  const day = { from: to - 24 * hourMs, to, slots: 48 };
  const month = { from: to - 30 * 24 * hourMs, to, slots: 60 };
  const beats = async (window: typeof day) => ({
    ...window,
    slots: (await readEndpointHeartbeats([id], window)).get(id) ?? [],
  });
  const [seen, history, rest] = await Promise.all([
    Promise.all([
      readEndpointEvidence(id, endpoint),
      listFindings({ endpointId: id }),
      readUnchangedSince(id),
      findScan(id, endpoint),
    ]),
    Promise.all([
      listChanges({ scope: { kind: 'endpoint', endpointId: id }, after: null, limit: maxChanges }),
      beats(day),
      beats(month),
      listOpenIncidentsOf({ endpointId: id }),
    ]),
    Promise.all([readWaiting(id, now), readDeclared(endpoint, now), readHostLatches(host, { role, now })]),
  ]);
  const [evidence, findings, unchangedSince, scan] = seen;
  const [changes, lastDay, lastMonth, incidents] = history;
  const [{ probing, scanning }, { declared, given }, latches] = rest;
  const baseline = evidence?.context.baseline;
  const openChange =
    evidence === null || baseline === undefined
      ? null
      : openChangeOf({
          ...{ observation: evidence.observation, baseline, now: to },
          mixedAddresses: evidence.context.mixedAddresses ?? [],
        });
  return {
    ...{ evidence, findings, unchangedSince, scan, changes, openChange, lastDay, lastMonth, incidents },
    ...{ probing, scanning, declared, given, latches },
  };
}
