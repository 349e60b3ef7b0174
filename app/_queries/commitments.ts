import { z } from 'zod';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { endpointKey } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { tagOfCode } from '#lib/checks/tag-proof.ts';
import { database } from './database.ts';
import { readService, readTlsMode, readVerdict } from './read-word.ts';

/** A service that advertised a tag. */
export interface SightingRecord {
  readonly target: EndpointTarget;
  /** Null: there is no such endpoint any more. */
  readonly endpointId: string | null;
  readonly address: string;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  /** Whether the latest run that could look found it gone. */
  readonly withdrawn: boolean;
}

/** An address that does not keep a tag, as findings have it. */
export interface BrokenRecord {
  readonly tag: string;
  readonly target: EndpointTarget;
  readonly endpointId: string;
  readonly address: string;
  readonly verdict: Verdict;
  /** Verdicts of the rule packs; null where both say `verdict`. */
  readonly draft: Verdict | null;
  readonly current: Verdict | null;
  readonly since: Date;
}

/** A row of the ledger. */
export interface CommitmentRecord {
  readonly host: string;
  readonly tag: string;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly decidedBy: string | null;
  readonly note: string | null;
  readonly notedBy: string | null;
  readonly notedAt: Date | null;
  readonly sightings: readonly SightingRecord[];
  readonly broken: readonly BrokenRecord[];
}

export interface CommitmentPlace {
  readonly host: string;
  readonly tag: string;
}

/** The ledger by host and tag; `after` is the last row of the page before. */
export async function listCommitments(query: {
  /** Only of this host; null: of all. */
  readonly host: string | null;
  readonly after: CommitmentPlace | null;
  readonly limit: number;
}): Promise<{ readonly commitments: readonly CommitmentRecord[]; readonly next: CommitmentPlace | null }> {
  const { host, after, limit } = query;
  const rows = await database().commitment.findMany({
    where: {
      ...(host === null ? {} : { host }),
      ...(after === null ? {} : { OR: [{ host: { gt: after.host } }, { host: after.host, tag: { gt: after.tag } }] }),
    },
    include: { sightings: { orderBy: [{ firstSeen: 'asc' }, { port: 'asc' }] } },
    orderBy: [{ host: 'asc' }, { tag: 'asc' }],
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const state = await readHostState([...new Set(shown.map((row) => row.host))]);
  const commitments = shown.map(({ sightings, ...row }) => ({
    ...row,
    sightings: sightings.map((sighting) => {
      const { address, firstSeen, lastSeen } = sighting;
      const target = targetOf(sighting);
      const endpointId = state.endpointIds.get(endpointKey(target)) ?? null;
      const withdrawn = endpointId !== null && (state.withdrawn.get(endpointId)?.includes(row.tag) ?? false);
      return { target, endpointId, address, firstSeen, lastSeen, withdrawn };
    }),
    broken: state.broken.filter(({ tag, target }) => tag === row.tag && target.host === row.host),
  }));
  const last = shown.at(-1);
  return {
    commitments,
    next: rows.length > limit && last !== undefined ? { host: last.host, tag: last.tag } : null,
  };
}

/** One row of the ledger; null: the host never advertised the tag. */
export async function findCommitment({ host, tag }: CommitmentPlace) {
  return database().commitment.findUnique({ where: { host_tag: { host, tag } } });
}

const withdrawnParams = z.object({ tags: z.array(z.string()) });

/** What the endpoints of these hosts are, and what findings say of their tags. */
async function readHostState(hosts: readonly string[]) {
  const endpoints = await database().endpoint.findMany({
    where: { host: { in: [...hosts] } },
    select: {
      ...{ id: true, service: true, tlsMode: true, host: true, port: true },
      findings: {
        where: { endedAt: null, code: { startsWith: 'tag-' } },
        orderBy: [{ firstSeen: 'asc' }, { address: 'asc' }],
      },
    },
    orderBy: [{ host: 'asc' }, { port: 'asc' }],
  });
  const targets = endpoints.map((row) => ({ id: row.id, findings: row.findings, target: targetOf(row) }));
  return {
    endpointIds: new Map(targets.map(({ id, target }) => [endpointKey(target), id])),
    withdrawn: new Map(
      targets.map(({ id, findings }) => {
        const gone = findings.find(({ code }) => code === 'tag-withdrawn');
        return [id, gone === undefined ? [] : withdrawnParams.parse(gone.params).tags];
      }),
    ),
    broken: targets.flatMap(({ id, target, findings }) =>
      findings.flatMap((finding) => {
        const tag = tagOfCode(finding.code);
        return tag === null ? [] : [brokenOf({ tag, id, target, finding })];
      }),
    ),
  };
}

function brokenOf({
  tag,
  id,
  target,
  finding,
}: {
  readonly tag: string;
  readonly id: string;
  readonly target: EndpointTarget;
  readonly finding: {
    readonly address: string;
    readonly verdict: string;
    readonly verdictDraft: string | null;
    readonly verdictCurrent: string | null;
    readonly firstSeen: Date;
  };
}): BrokenRecord {
  const { address, verdict, verdictDraft, verdictCurrent, firstSeen } = finding;
  return {
    ...{ tag, target, endpointId: id, address, since: firstSeen },
    verdict: readVerdict(verdict),
    draft: verdictDraft === null ? null : readVerdict(verdictDraft),
    current: verdictCurrent === null ? null : readVerdict(verdictCurrent),
  };
}

function targetOf(row: {
  readonly service: string;
  readonly tlsMode: string;
  readonly host: string;
  readonly port: number;
}): EndpointTarget {
  return { service: readService(row.service), tlsMode: readTlsMode(row.tlsMode), host: row.host, port: row.port };
}
