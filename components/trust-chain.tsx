import type { Validation } from '#lib/model/dnssec.ts';
import { layOutChain } from './trust-chain-layout.ts';
import { TrustChainList } from './trust-chain-list.tsx';
import { TrustChainPicture } from './trust-chain-picture.tsx';
import { chainSummary } from './trust-chain-words.ts';
import { trustGraph } from './trust-graph.ts';
import { LineLegend } from './trust-line.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

/** Fits a window of 320 pixels, and one of 640. */
const widths = { narrow: 268, wide: 556 } as const;

/** The chain of trust from the anchor down to the answers of one zone: as a picture, and as a list on demand. */
export function TrustChain({
  validations,
  now,
  stale,
}: {
  readonly validations: readonly Validation[];
  readonly now: number;
  /** True: the run is old, so nothing is shown as good. */
  readonly stale: boolean;
}) {
  const graph = trustGraph(validations);
  const context = { now, stale };
  const label = chainSummary(validations, context);
  const picture = { anchor: graph.anchor, label, context };
  const wide = layOutChain(graph, widths.wide);
  return (
    <div className="space-y-4 px-2 py-4 sm:px-4">
      <p className="max-w-prose">
        <ForeignText text={label} maxLength={600} />
      </p>
      <LineLegend />
      <div className="overflow-x-auto sm:hidden" tabIndex={0} role="region" aria-label="Chain of trust, picture">
        <TrustChainPicture layout={layOutChain(graph, widths.narrow)} {...picture} />
      </div>
      <div className="hidden overflow-x-auto sm:block" tabIndex={0} role="region" aria-label="Chain of trust, picture">
        <TrustChainPicture layout={wide} {...picture} />
      </div>
      {wide.zonesLeftOut === 0 ? null : (
        <p className="text-sm text-muted">{wide.zonesLeftOut} more zones are only in the list.</p>
      )}
      <details>
        <summary className="w-fit text-sm text-muted hover:text-text">As a list, with every signature</summary>
        <div className="mt-3">
          <TrustChainList graph={graph} context={context} />
        </div>
      </details>
    </div>
  );
}
