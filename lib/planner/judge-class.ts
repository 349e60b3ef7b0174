import type { CensusClass } from '../model/census.ts';
import type { Judged } from './judged.ts';
import { worse } from './judged.ts';
import { lossOf, type HostEffect } from './losses.ts';
import type { Loss } from './loss.ts';
import { judgeVersions } from './version-rule.ts';

/** A host as one class of clients meets it. */
export interface HostPromises {
  readonly effect: HostEffect;
  /** Tags that the host ever advertised, with the time of the first sighting in milliseconds since the epoch. */
  readonly promised: ReadonlyMap<string, number>;
}

/** What a class has to expect from what it told. */
export interface ClassVerdict {
  readonly reported: Judged;
  /** Of those last seen after `since`, who may hold the tag without having said so; null: nobody. */
  readonly presumed: { readonly since: number; readonly judged: Judged } | null;
}

const safe = (why: string): Judged => ({ impact: 'safe', tag: null, why });

/**
 * What a change of one host does to a class of its clients. `speaksElsewhere`: another class of the same client has told
 * of latches, so that this one may hold some in silence.
 */
export function judgeClass(
  client: CensusClass,
  { effect, promised }: HostPromises,
  speaksElsewhere: boolean,
): ClassVerdict {
  const speaks = client.speaksDeep || speaksElsewhere;
  let reported = safe('nothing that it needs changes');
  const willLatch = client.supported.filter((tag) => tag === effect.offered);
  for (const tag of [...client.latched, ...willLatch]) {
    const loss = lossOf(effect, tag);
    if (loss !== null) reported = worse(reported, judgeHolder(tag, loss));
  }
  if (!client.speaksDeep && losesNews(effect, promised)) {
    reported = worse(reported, { impact: 'unknown', tag: null, why: 'does not tell what it has latched' });
  }
  if (effect.versions !== null) {
    reported = worse(reported, judgeVersions(client, effect.versions, speaks));
  }
  reported = worse(reported, judgeService(client, effect));
  return { reported, presumed: speaks && client.tlsVersion !== 'none' ? presume(client, { effect, promised }) : null };
}

function judgeHolder(tag: string, { state, why }: Loss): Judged {
  return { impact: state === 'broken' ? 'breaks' : 'at-risk', tag, why };
}

/** Whether something is lost that a silent client may have latched. */
function losesNews({ lost, others }: HostEffect, promised: ReadonlyMap<string, number>): boolean {
  const unknownTag = others !== null && [...promised.keys()].some((tag) => !lost.has(tag) && others.state === 'broken');
  return unknownTag || [...lost].some(([tag, { already }]) => already !== true || promised.has(tag));
}

/** A service that goes, or goes on without TLS. */
function judgeService({ server, tlsVersion }: CensusClass, { closed, cleartext }: HostEffect): Judged {
  const port = closed.get(server.service);
  if (port !== undefined) {
    return port.last
      ? { impact: 'breaks', tag: null, why: 'its service has no other port at this host' }
      : { impact: 'at-risk', tag: null, why: 'may be set up for the port that goes' };
  }
  return cleartext.has(server.service) && tlsVersion !== 'none'
    ? { impact: 'at-risk', tag: null, why: 'may be set up to ask for STARTTLS' }
    : safe('its service stays');
}

/** A client that speaks of latches SHOULD have latched what was advertised, and MAY keep silent about it (section 7.1). */
function presume(client: CensusClass, { effect, promised }: HostPromises): ClassVerdict['presumed'] {
  let first: ClassVerdict['presumed'] = null;
  for (const [tag, since] of promised) {
    if (client.latched.includes(tag) || client.supported.includes(tag)) continue;
    const loss = lossOf(effect, tag);
    if (loss === null || (first !== null && first.since <= since)) continue;
    first = { since, judged: { impact: 'at-risk', tag, why: `may have latched ${tag}: ${loss.why}` } };
  }
  return first;
}
