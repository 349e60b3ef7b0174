import type { PlanStep } from './answer.ts';
import { concernsPort } from './change.ts';
import { readGivenPem } from './given-pem.ts';
import type { Planning } from './planning.ts';
import { digestHex } from '../x509/certificate.ts';
import { greenDays } from './preconditions.ts';

const dayMs = 86_400_000;
/** Where the TTL was not seen. */
const assumedTtlSeconds = 86_400;

/** What to do, in this order. Dates assume that each step is done as soon as it may. */
export function listSteps(planning: Planning & { readonly nearlyNoneAt: number | null }): readonly PlanStep[] {
  const steps = new StepList(planning.now);
  addSteps(steps, planning);
  return steps.list;
}

class StepList {
  readonly list: PlanStep[] = [];
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  add(text: string): this {
    this.list.push({ text, notBefore: null, waitFor: null });
    return this;
  }

  addAfter(text: string, { at, waitFor }: { readonly at: number; readonly waitFor: string }): this {
    this.#at = Math.max(this.#at, at);
    this.list.push({ text, notBefore: this.#at, waitFor });
    return this;
  }

  addAfterMs(text: string, { ms, waitFor }: { readonly ms: number; readonly waitFor: string }): this {
    return this.addAfter(text, { at: this.#at + ms, waitFor });
  }
}

function addSteps(steps: StepList, planning: Planning & { readonly nearlyNoneAt: number | null }): void {
  const { change } = planning;
  switch (change.op) {
    case 'disable_tls':
      steps.add('Tell the owners of the clients below which program or version they need.');
      waitForHolders(steps, planning);
      steps.add(`Switch off TLS ${change.versions.join(' and ')} on one host first.`);
      watch(steps, 'the other hosts follow');
      return;
    case 'new_certificate':
    case 'new_key':
      addKeySteps(steps, planning);
      return;
    case 'change_tlsa':
      steps.add('Publish the new records beside those that stand.');
      afterTtl(steps, {
        ...tlsaTtl(planning),
        text: 'Take the old records out, once every name server has the new ones.',
      });
      watch(steps, 'the change is done');
      return;
    case 'drop_tlsa':
      stopDane(steps, planning);
      steps.add('Take the TLSA records out of the zone. Clients that latched the tag stop connecting from then on.');
      watch(steps, 'the change is done');
      return;
    case 'unsign_zone':
      stopDane(steps, planning);
      steps.add('Take the TLSA records out of the zone.');
      afterTtl(steps, { ...tlsaTtl(planning), text: 'Take the DS records out at the parent.' });
      afterTtl(steps, {
        seconds: planning.evidence.dsTtlSeconds ?? assumedTtlSeconds,
        seen: planning.evidence.dsTtlSeconds !== null,
        what: 'DS records',
        text: 'Only now stop to sign: before, every resolver that validates would find the zone bogus.',
      });
      return;
    case 'rename_host':
      steps.add(`Let ${change.to} prove every tag that ${change.host} promised, and advertise them there.`);
      steps.add(
        `Keep ${change.host} as it is, for as long as clients are set up with it: their latches stay with that name.`,
      );
      steps.add(`Name ${change.to} in SRV and in published configuration. Only new set-ups read them.`);
      return;
    case 'move_host':
      steps.add('Let the other servers prove every promised tag under the same name, and probe them by address.');
      afterTtl(steps, {
        seconds: assumedTtlSeconds,
        seen: false,
        what: 'addresses',
        text: 'Stop the old servers, after the addresses were changed in DNS.',
      });
      watch(steps, 'the old servers go');
      return;
    case 'filter_in_front':
      steps.add('Give what stands in front the same certificate names, TLS versions and tags as the server behind it.');
      steps.add('Declare it as the front of the server, so that both are compared at every look.');
      steps.add('Lead one address through it first.');
      watch(steps, 'the others follow');
      return;
    case 'drop_starttls':
    case 'drop_port':
      steps.add('Take the port out of SRV and of published configuration. Clients that are set up keep it for years.');
      waitForHolders(steps, planning);
      steps.add(change.op === 'drop_port' ? `Close port ${change.ports.join(', ')}.` : 'Switch STARTTLS off.');
      watch(steps, 'the change is done');
      return;
    case 'stop_advertising':
      steps.add(`Take ${change.tag} out of the status of every service of the host.`);
      steps.add(`Go on proving ${change.tag}: clients that have it keep it, and there is no day on which they let go.`);
      return;
    case 'advertise':
      addAdvertiseSteps(steps, { ...planning, tag: change.tag });
  }
}

/** Retracting releases nobody; it ends the growth. */
function stopDane(steps: StepList, planning: Planning & { readonly nearlyNoneAt: number | null }): void {
  steps.add(
    'Stop advertising tls-dane-tlsa on every service. Nobody is released by that, but no new client latches it.',
  );
  waitForHolders(steps, planning);
}

function waitForHolders(
  steps: StepList,
  { nearlyNoneAt, now }: Planning & { readonly nearlyNoneAt: number | null },
): void {
  if (nearlyNoneAt === null || nearlyNoneAt <= now) return;
  steps.addAfter('Ask again for this plan: by then few of the clients concerned are expected to be left.', {
    at: nearlyNoneAt,
    waitFor: 'Clients do not let go of a latch; they only fall out of use.',
  });
}

function addKeySteps(steps: StepList, planning: Planning): void {
  const { change } = planning;
  const pem = 'pem' in change ? change.pem : null;
  const hasTlsa = planning.evidence.endpoints.some(
    ({ target, tlsa }) => concernsPort(change, target) && (tlsa?.records.length ?? 0) > 0,
  );
  const isPromised = [...planning.promises.values()].some(({ promised }) => promised.has('tls-dane-tlsa'));
  if (hasTlsa || isPromised) {
    const record = pem === null ? null : recordOf(pem);
    const named = record === null ? 'TLSA records of the new key' : `TLSA 3 1 1 ${record}`;
    const alreadyMatches = ![...planning.promises.values()].some(({ effect }) => effect.lost.has('tls-dane-tlsa'));
    if (!alreadyMatches) {
      steps.add(`Publish ${named} at every port, beside the records that stand.`);
      afterTtl(steps, {
        ...tlsaTtl(planning),
        text: 'Install the certificate at one address, once every name server serves both.',
      });
    } else {
      steps.add('Install the certificate at one address: the records that stand match it.');
    }
    steps.add('Install it at all addresses, and see that each shows it.');
    afterTtl(steps, { ...tlsaTtl(planning), text: 'Take the record of the old key out.' });
  } else {
    steps.add('Install the certificate at one address, and see that it is shown there.');
    steps.add('Install it at all addresses, proxies and filters in front among them.');
  }
  watch(steps, 'the change is done');
}

function recordOf(pem: string): string | null {
  const given = readGivenPem(pem);
  if (!given.ok) return null;
  const spki = given.value.kind === 'public-key' ? given.value.spki : given.value.certificates[0]?.spki;
  return spki === undefined ? null : digestHex(spki, 'sha256');
}

function addAdvertiseSteps(steps: StepList, { tag, evidence, now }: Planning & { readonly tag: string }): void {
  const since = evidence.endpoints.flatMap(({ addresses }) => addresses.map(({ provedSince }) => provedSince ?? now));
  steps.addAfter(`Advertise ${tag} on one host. This cannot be undone: whoever latches it keeps it.`, {
    at: Math.max(0, ...since, since.length === 0 ? now : 0) + greenDays * dayMs,
    waitFor: `Every address must have proved it for ${String(greenDays)} days without a break.`,
  });
  watch(steps, 'the other hosts follow');
}

function watch(steps: StepList, then: string): void {
  steps.addAfterMs(`Look at the failures that clients report; without more of them than before, ${then}.`, {
    ms: dayMs,
    waitFor: 'Most clients come by within a day.',
  });
}

interface Ttl {
  readonly seconds: number;
  readonly seen: boolean;
  readonly what: string;
}

function tlsaTtl({ evidence, change }: Planning): Ttl {
  const seen = evidence.endpoints
    .filter(({ target }) => concernsPort(change, target))
    .flatMap(({ tlsa }) => tlsa?.ttlSeconds ?? []);
  return {
    seconds: seen.length === 0 ? assumedTtlSeconds : Math.max(...seen),
    seen: seen.length > 0,
    what: 'TLSA records',
  };
}

function afterTtl(steps: StepList, { text, seconds, seen, what }: Ttl & { readonly text: string }): void {
  steps.addAfterMs(text, {
    ms: seconds * 1000,
    waitFor: `The TTL of the ${what} is ${String(seconds)} s${seen ? '' : ', as far as is known: it was not seen'}.`,
  });
}
