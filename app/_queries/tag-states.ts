import { readAdvertisedTags } from '#lib/deep/advertised-tags.ts';
import { proveTags, type TagProof } from '#lib/deep/prove.ts';
import { provableTags } from '#lib/deep/tags.ts';
import type { JudgeContext } from '#lib/checks/check.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';

/** One tag at one address: what is promised, and what the address proves. */
export interface TagState {
  readonly tag: string;
  /** `now`: this address advertises it. `ever`: this service, or another one of the host, did. */
  readonly promised: 'now' | 'ever' | 'never';
  /** Null: a tag that cannot be proved from outside. */
  readonly proof: TagProof | null;
}

export interface AddressTags {
  readonly address: string;
  readonly tags: readonly TagState[];
}

/** Tags that are shown for an address: those of the draft, and as many that a server made up. */
const maxTags = 32;

/** Each tag of the draft, and whatever else is or was advertised, at each address of an endpoint. */
export function tagStates(observation: EndpointObservation, context: JudgeContext): readonly AddressTags[] {
  const ever = new Set((context.commitments ?? []).map(({ tag }) => tag));
  return observation.sessions.map((session) => {
    const now = new Set(readAdvertisedTags(observation.endpoint, session).tags);
    const proofs = proveTags({
      observation,
      session,
      scan: context.scan?.addresses.find(({ address }) => address === session.address) ?? null,
      serverName: context.declaration?.serverName ?? null,
      now: context.now,
    });
    const promisedOf = (tag: string) => (now.has(tag) ? 'now' : ever.has(tag) ? 'ever' : 'never');
    const known = provableTags.map((tag) => ({ tag, promised: promisedOf(tag), proof: proofs[tag] }) as const);
    const others = [...new Set([...now, ...ever])].filter((tag) => !provableTags.some((one) => one === tag)).toSorted();
    return {
      address: session.address,
      tags: [
        ...known,
        ...others.slice(0, maxTags).map((tag) => ({ tag, promised: promisedOf(tag), proof: null }) as const),
      ],
    };
  });
}
