import type { TagItem } from '#components/tag-panel.tsx';
import type { Proof } from '#lib/deep/prove.ts';
import type { AddressTags } from './tag-states.ts';

/** One row for each address and tag. */
export function tagItems(states: readonly AddressTags[]): readonly TagItem[] {
  return states.flatMap(({ address, tags }) =>
    tags.map(({ tag, promised, proof }) => ({
      ...{ address, tag, promised },
      proof: proof === null ? null : { draft: proofItem(proof.draft), current: proofItem(proof.current) },
    })),
  );
}

function proofItem(proof: Proof) {
  return { state: proof.state, why: proof.state === 'holds' ? null : proof.why };
}
