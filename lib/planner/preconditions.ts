import { provableTags, type ProvableTag } from '../deep/tags.ts';
import type { Precondition } from './answer.ts';
import { concernsPort } from './change.ts';
import type { AddressEvidence, EndpointEvidence } from './evidence.ts';
import type { Planning } from './planning.ts';

/** Before a tag may be advertised, every address must have proved it for so many days. */
export const greenDays = 14;
/** Older looks do not speak of now. */
export const freshMs = 15 * 60_000;
const dayMs = 86_400_000;

type State = Pick<Precondition, 'state' | 'detail'>;
const met = (detail = ''): State => ({ state: 'met', detail });
const notMet = (detail: string): State => ({ state: 'not-met', detail });
const unknown = (detail: string): State => ({ state: 'unknown', detail });

/** What has to be so before a change, each as the latest looks found it. */
export function listPreconditions(planning: Planning): readonly Precondition[] {
  return [
    { id: 'fresh', text: 'Every endpoint was looked at within 15 minutes', blocks: false, ...freshness(planning) },
    ...ofChange(planning),
    ...promisesKept(planning),
    {
      id: 'coverage',
      text: 'Clients of these hosts report what they hold',
      blocks: false,
      ...(planning.coverage.spokeOfLatches > 0 ? met() : unknown('No login of the last 30 days spoke of latches.')),
    },
  ];
}

function freshness({ evidence: { endpoints }, now }: Planning): State {
  if (endpoints.length === 0) return unknown('No endpoint of these hosts is watched.');
  const old = endpoints.filter(({ seenAt }) => seenAt === null || now - seenAt > freshMs);
  const [first] = old;
  return first === undefined ? met() : notMet(`${placeOf(first)} was not, and ${String(old.length - 1)} more.`);
}

function ofChange(planning: Planning): readonly Precondition[] {
  const { change } = planning;
  switch (change.op) {
    case 'new_certificate':
      return [
        given(planning, { tag: 'tls-cert', text: 'The certificate is in date, trusted, and names every host' }),
        given(planning, { tag: 'tls-dane-tlsa', text: 'TLSA records that stand already match it at every port' }),
      ];
    case 'new_key':
      return [given(planning, { tag: 'tls-dane-tlsa', text: 'TLSA records that stand already name the new key' })];
    case 'change_tlsa':
      return [given(planning, { tag: 'tls-dane-tlsa', text: 'The new records match every certificate shown' })];
    case 'drop_tlsa':
    case 'unsign_zone':
      return [
        { id: 'not-advertised', text: 'No service advertises tls-dane-tlsa', blocks: true, ...notAdvertised(planning) },
      ];
    case 'advertise':
      return [
        {
          id: 'proved',
          text: `Every address of every port proves ${change.tag}`,
          blocks: true,
          ...proved(planning, change.tag),
        },
        {
          id: 'green-days',
          text: `It has been proved without a break for ${String(greenDays)} days`,
          blocks: true,
          ...green(planning),
        },
      ];
    case 'move_host':
    case 'filter_in_front':
      return [
        {
          id: 'told',
          text: 'Somebody told which tags and TLS versions are proved there',
          blocks: false,
          ...(change.proves === null || change.versions === null ? unknown('Not all of it was told.') : met()),
        },
      ];
    case 'disable_tls':
      return [
        { id: 'remains', text: 'Every address offers a version that remains', blocks: true, ...remains(planning) },
      ];
    case 'rename_host':
    case 'drop_starttls':
    case 'drop_port':
    case 'stop_advertising':
      return [];
  }
}

/** Whether a certificate, key or set of records keeps a tag at every host. */
function given(
  { promises }: Planning,
  { tag, text }: { readonly tag: ProvableTag; readonly text: string },
): Precondition {
  const losses = [...promises].flatMap(([host, { effect, promised }]) => {
    const loss = effect.lost.get(tag);
    return loss === undefined ? [] : [{ host, loss, isPromised: promised.has(tag) }];
  });
  const worst = losses.find(({ loss }) => loss.state === 'broken') ?? losses[0];
  const base = { id: tag, text };
  if (worst === undefined) return { ...base, blocks: true, ...met() };
  const { host, loss, isPromised } = worst;
  const detail = `${host}: ${loss.why}.`;
  // Where no TLSA record counts anyway, there is nothing that a certificate could fail to match.
  if (loss.already === true && !isPromised) return { ...base, blocks: false, ...unknown(detail) };
  return { ...base, blocks: true, ...(loss.state === 'broken' ? notMet(detail) : unknown(detail)) };
}

function notAdvertised(planning: Planning): State {
  const seen = addressesOf(planning);
  const advertising = seen.find(({ shown }) => shown.advertised?.includes('tls-dane-tlsa') === true);
  if (advertising !== undefined) return notMet(`${advertising.place} advertises it.`);
  const open = seen.find(({ shown }) => shown.advertised === null);
  if (seen.length === 0) return unknown('Nobody has looked.');
  return open === undefined ? met() : unknown(`${open.place} could not be asked.`);
}

function remains(planning: Planning): State {
  const { change } = planning;
  if (change.op !== 'disable_tls') return met();
  const seen = addressesOf(planning);
  const none = seen.find(({ shown }) => shown.versions?.every((version) => change.versions.includes(version)) === true);
  if (none !== undefined) return notMet(`${none.place} offers none of them now.`);
  const open = seen.find(({ shown }) => shown.versions === null);
  if (seen.length === 0) return unknown('Nobody has looked.');
  return open === undefined ? met() : unknown(`Which versions ${open.place} offers is not known.`);
}

function proved(planning: Planning, tag: string): State {
  const known = provableTags.find((one) => one === tag);
  if (known === undefined) return unknown('This tag cannot be proved from outside.');
  const seen = addressesOf(planning);
  const states = seen.map(({ place, shown }) => ({ place, ...stateOf(shown, known) }));
  const failing = states.find(({ state }) => state === 'broken');
  if (failing !== undefined) return notMet(`${failing.place}: ${failing.why}.`);
  const open = states.find(({ state }) => state === 'unseen');
  if (seen.length === 0) return unknown('No endpoint of these hosts is watched.');
  return open === undefined ? met() : unknown(`${open.place}: ${open.why}.`);
}

function green(planning: Planning): State {
  const seen = addressesOf(planning);
  if (seen.length === 0) return unknown('No endpoint of these hosts is watched.');
  const { now } = planning;
  const latest = seen.toSorted((a, b) => (b.shown.provedSince ?? now) - (a.shown.provedSince ?? now))[0];
  if (latest === undefined || latest.shown.provedSince === undefined) return unknown('Nobody has looked back.');
  const { provedSince } = latest.shown;
  if (provedSince === null) return notMet(`${latest.place} does not prove it now.`);
  const days = Math.floor((now - provedSince) / dayMs);
  return days >= greenDays ? met() : notMet(`${latest.place}: ${String(days)} of ${String(greenDays)} days.`);
}

/** Whether the hosts keep today what they promised: a change on top of trouble hides both. */
function promisesKept(planning: Planning): readonly Precondition[] {
  return provableTags
    .filter((tag) => [...planning.promises.values()].some(({ promised }) => promised.has(tag)))
    .filter((tag) => planning.change.op !== 'advertise' || planning.change.tag !== tag)
    .map((tag) => ({
      id: `kept-${tag}`,
      text: `The promise ${tag} is kept today`,
      blocks: false,
      ...proved(planning, tag),
    }));
}

function stateOf({ proofs }: AddressEvidence, tag: ProvableTag): { readonly state: string; readonly why: string } {
  const { draft, current } = proofs[tag];
  const worst =
    [draft, current].find(({ state }) => state === 'broken') ??
    [draft, current].find(({ state }) => state === 'unseen');
  return worst === undefined || worst.state === 'holds' ? { state: 'holds', why: '' } : worst;
}

function addressesOf({ evidence: { endpoints }, change }: Planning) {
  return endpoints
    .filter(({ target }) => concernsPort(change, target))
    .flatMap((endpoint) =>
      endpoint.addresses.map((shown) => ({ place: `${placeOf(endpoint)} at ${shown.address}`, shown })),
    );
}

function placeOf({ target }: EndpointEvidence): string {
  return `${target.host} port ${String(target.port)}`;
}
