import { provableTags, type ProvableTag } from '../deep/tags.ts';
import { serviceTable, type Service } from '../model/endpoint.ts';
import { changeVersions, concernsPort, type ChangeVersion, type PlannedChange } from './change.ts';
import type { EndpointEvidence, PlanEvidence } from './evidence.ts';
import { judgeCertificate, judgeKey, judgeRecords, haveNoDane, unwatched, type TagLosses } from './given-material.ts';
import { broken, unsure, type Loss } from './loss.ts';
import type { VersionChange } from './version-rule.ts';

/*
 * What a host can no longer prove after a change. A latch binds the host (draft section 5.1): what one of its ports loses,
 * the host has lost.
 */

/** What a change does to one host. */
export interface HostEffect {
  readonly lost: ReadonlyMap<string, Loss>;
  /** Of tags that nobody can prove from outside; null: they hold. */
  readonly others: Loss | null;
  /** Tags that hold because somebody said so. */
  readonly said: ReadonlySet<string>;
  /** A tag that clients which support it will latch from now on; null: there is none. */
  readonly offered: string | null;
  /** Null: the change touches no TLS version. */
  readonly versions: VersionChange | null;
  /** Services that lose a port. `last`: no other port of the host has the service. */
  readonly closed: ReadonlyMap<Service, { readonly last: boolean }>;
  /** Services that lose TLS on a port. */
  readonly cleartext: ReadonlySet<Service>;
}

const nothing: HostEffect = {
  lost: new Map(),
  others: null,
  said: new Set(),
  offered: null,
  versions: null,
  closed: new Map(),
  cleartext: new Set(),
};
const nobodyKnows = unsure('Nobody knows what this tag asks for');

/** What becomes of one tag; null: it holds. */
export function lossOf({ lost, others, said }: HostEffect, tag: string): Loss | null {
  const known = provableTags.some((one) => one === tag);
  return lost.get(tag) ?? (known || said.has(tag) ? null : others);
}

/** What a change does to a host; `now` in milliseconds since the epoch. */
export function effectOn(
  host: string,
  { change, evidence, now }: { readonly change: PlannedChange; readonly evidence: PlanEvidence; readonly now: number },
): HostEffect {
  const all = evidence.endpoints.filter(({ target }) => target.host === host);
  const endpoints = all.filter(({ target }) => concernsPort(change, target));
  switch (change.op) {
    case 'stop_advertising':
    case 'rename_host':
      return nothing;
    case 'advertise':
      return { ...nothing, offered: change.tag, lost: notProved(change.tag, all) };
    case 'disable_tls': {
      const before = offeredBefore(endpoints);
      const after = (before ?? changeVersions).filter((version) => !change.versions.includes(version));
      return afterVersions({ before, after });
    }
    case 'new_certificate':
      return lose(endpoints, (endpoint) => judgeCertificate(endpoint, { pem: change.pem, evidence, now }));
    case 'new_key':
      return lose(endpoints, (endpoint) => judgeKey(endpoint, { pem: change.pem, evidence, now }));
    case 'change_tlsa':
      return lose(endpoints, (endpoint) => judgeRecords(endpoint, { records: change.records, now }));
    case 'drop_tlsa':
      return loseDane(endpoints, 'The TLSA records are gone');
    case 'unsign_zone':
      return loseDane(endpoints, 'Without DNSSEC no TLSA record counts');
    case 'move_host':
      return replaced(change, { before: offeredBefore(all), what: 'The other servers' });
    case 'filter_in_front': {
      const before = offeredBefore(endpoints);
      const versions = change.versions?.filter((version) => before?.includes(version) ?? true) ?? null;
      return replaced({ ...change, versions }, { before, what: 'What stands in front' });
    }
    case 'drop_starttls': {
      const clear = endpoints.filter(({ target }) => target.tlsMode === 'starttls');
      const ports = clear.map(({ target }) => String(target.port)).join(', ');
      if (clear.length === 0 && all.length > 0) return nothing;
      const why = ports === '' ? 'There is no TLS any more' : `There is no TLS any more on port ${ports}`;
      return {
        ...nothing,
        lost: new Map(provableTags.map((tag) => [tag, broken(why)])),
        others: broken(why),
        cleartext: new Set(clear.map(({ target }) => target.service)),
      };
    }
    case 'drop_port': {
      const touched = new Set(change.ports.flatMap((port) => servicesOf(port, endpoints)));
      const remains = (service: Service) =>
        all.some(({ target }) => target.service === service && !change.ports.includes(target.port));
      return { ...nothing, closed: new Map([...touched].map((service) => [service, { last: !remains(service) }])) };
    }
  }
}

/** What is watched at a port, or else what is usual there. */
function servicesOf(port: number, endpoints: readonly EndpointEvidence[]): readonly Service[] {
  const seen = endpoints.filter(({ target }) => target.port === port).map(({ target }) => target.service);
  return seen.length > 0 ? seen : serviceTable.filter((row) => row.port === port).map(({ service }) => service);
}

function afterVersions(versions: VersionChange): HostEffect {
  const { after } = versions;
  if (after.length === 0) {
    const why = 'No TLS version remains';
    return { ...nothing, versions, lost: new Map(provableTags.map((tag) => [tag, broken(why)])), others: broken(why) };
  }
  const hasTls12 = after.includes('1.2') || after.includes('1.3');
  return {
    ...nothing,
    versions,
    others: nobodyKnows,
    lost: new Map(hasTls12 ? [] : [['tls12', broken(`Only TLS ${after.join(' and ')} remains`)]]),
  };
}

/** Other servers, or a filter in front: what they prove counts from then on. */
function replaced(
  {
    proves,
    versions: after,
  }: { readonly proves: readonly string[] | null; readonly versions: readonly ChangeVersion[] | null },
  { before, what }: { readonly before: readonly ChangeVersion[] | null; readonly what: string },
): HostEffect {
  const byVersion = after === null ? null : afterVersions({ before, after });
  const lost = new Map<string, Loss>();
  for (const tag of provableTags) {
    const loss = byVersion?.lost.get(tag) ?? lossOfReplaced({ tag, proves, after, what });
    if (loss !== null) lost.set(tag, loss);
  }
  return {
    ...nothing,
    lost,
    said: new Set(proves),
    versions: byVersion?.versions ?? null,
    others:
      proves === null ? unsure(`${what}: nobody has told what they prove`) : broken(`${what} are not said to prove it`),
  };
}

function lossOfReplaced(question: {
  readonly tag: ProvableTag;
  readonly proves: readonly string[] | null;
  readonly after: readonly ChangeVersion[] | null;
  readonly what: string;
}): Loss | null {
  const { tag, proves, after, what } = question;
  if (proves?.includes(tag) === true) return null;
  // Who offers TLS 1.2 proves both, whatever list was given.
  if ((tag === 'tls10' || tag === 'tls12') && after !== null && after.length > 0) return null;
  return proves === null
    ? unsure(`${what}: nobody has told what is proved there`)
    : broken(`${what} cannot prove ${tag}`);
}

/** Versions that every address of every endpoint offers; null where nobody knows them all. */
function offeredBefore(endpoints: readonly EndpointEvidence[]): readonly ChangeVersion[] | null {
  const addresses = endpoints.flatMap((endpoint) => endpoint.addresses);
  if (addresses.length === 0) return null;
  if (addresses.some(({ versions }) => versions === null)) return null;
  return changeVersions.filter((version) => addresses.every(({ versions }) => versions?.includes(version) === true));
}

/** Whoever latches the tag in future, and then meets an address that cannot prove it. */
function notProved(tag: string, endpoints: readonly EndpointEvidence[]): ReadonlyMap<string, Loss> {
  const known = provableTags.find((one) => one === tag);
  if (known === undefined) return new Map([[tag, nobodyKnows]]);
  const seen = endpoints.flatMap(({ target, addresses }) =>
    addresses.map(({ address, proofs }) => ({ place: `${address} port ${String(target.port)}`, proof: proofs[known] })),
  );
  const failing = seen.find(({ proof }) => proof.draft.state === 'broken' || proof.current.state === 'broken');
  if (failing !== undefined) return new Map([[tag, broken(`${failing.place} does not prove it now`)]]);
  const open = seen.find(({ proof }) => proof.draft.state === 'unseen' || proof.current.state === 'unseen');
  if (open !== undefined || seen.length === 0) {
    return new Map([[tag, unsure(open === undefined ? 'Nobody has looked' : `${open.place} could not be looked at`)]]);
  }
  return new Map();
}

function loseDane(endpoints: readonly EndpointEvidence[], why: string): HostEffect {
  const loss: Loss = haveNoDane(endpoints) ? { ...broken(why), already: true } : broken(why);
  return { ...nothing, others: nobodyKnows, lost: new Map([['tls-dane-tlsa', loss]]) };
}

/** The worst of all endpoints, tag by tag. */
function lose(endpoints: readonly EndpointEvidence[], judge: (endpoint: EndpointEvidence) => TagLosses): HostEffect {
  const lost = new Map<string, Loss>();
  for (const losses of endpoints.length === 0 ? [unwatched] : endpoints.map(judge)) {
    for (const tag of provableTags) {
      const loss = losses[tag];
      if (loss !== undefined && rankOf(loss) > rankOf(lost.get(tag))) lost.set(tag, loss);
    }
  }
  return { ...nothing, lost, others: nobodyKnows };
}

function rankOf(loss: Loss | undefined): number {
  if (loss === undefined) return 0;
  if (loss.state === 'unsure') return 1;
  return loss.already === true ? 2 : 3;
}
