import { compareRecords } from '#lib/checks/tlsa-records.ts';
import { compareAddresses } from '#lib/evidence/compare-addresses.ts';
import type { AddressSession } from '#lib/model/observation.ts';
import { AddressEvidence } from '#components/address-evidence.tsx';
import { AddressMatrix } from '#components/address-matrix.tsx';
import type { CheckItem } from '#components/check-list.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { toneOfVerdict, wordOfVerdict, type Tone } from '#components/ui/tone.ts';
import { chainItems, chainPictures, matchedRecords } from '#app/_queries/chain-item.ts';
import { worstVerdict } from '#app/_queries/domains.ts';
import { failureText, type CheckOutcome, type EndpointEvidence } from '#app/_queries/endpoint-evidence.ts';
import { addressAnchor } from '#app/_queries/evidence-anchor.ts';
import { endpointFindingItem, type LatestLooks } from '#app/_queries/finding-item.ts';
import type { FindingRecord } from '#app/_queries/findings.ts';
import { stepItems } from '#app/_queries/step-items.ts';

/** What was looked for at one address, or of the endpoint as a whole. */
export function checksOf(
  address: string | null,
  { outcomes, findings }: { readonly outcomes: readonly CheckOutcome[]; readonly findings: readonly FindingRecord[] },
): readonly CheckItem[] {
  return outcomes
    .filter((outcome) => outcome.address === address)
    .map((outcome) => ({
      ...outcome,
      holds: findings.some((finding) => finding.code === outcome.code && finding.address === address),
    }));
}

function stateOf(
  checks: readonly CheckItem[],
  findings: readonly FindingRecord[],
  stale: boolean,
): { readonly tone: Tone; readonly word: string } {
  const worst = worstVerdict([...checks, ...findings].map(({ verdict }) => verdict));
  if (worst === null) return { tone: 'unknown', word: 'Not judged' };
  const word = wordOfVerdict[worst];
  return stale ? { tone: 'unknown', word: `Was: ${word}` } : { tone: toneOfVerdict[worst], word };
}

/** The addresses of an endpoint: side by side where there are several, then one by one. */
export function AddressPanels({
  evidence,
  findings,
  unchangedSince,
  looks,
  stale,
  maySign,
  now,
}: {
  readonly evidence: EndpointEvidence;
  readonly findings: readonly FindingRecord[];
  readonly unchangedSince: ReadonlyMap<string, number>;
  readonly looks: LatestLooks;
  readonly stale: boolean;
  readonly maySign: boolean;
  readonly now: number;
}) {
  const { observation, tlsaUnmatchedSince, outcomes } = evidence;
  const { sessions } = observation;
  const records = compareRecords(observation, { now: observation.finishedAt, tlsaUnmatchedSince });
  const panelOf = (session: AddressSession) => {
    const { address } = session;
    const own = findings.filter((finding) => finding.address === address);
    const checks = checksOf(address, { outcomes, findings });
    const matched = matchedRecords(records, address);
    return {
      session,
      ...{ checks, stale, maySign, now, state: stateOf(checks, own, stale) },
      failure: session.failure === null ? null : failureText(session.failure),
      findings: own.map((finding) => endpointFindingItem(finding, looks)),
      steps: stepItems(
        { observation, session, records },
        { outcomes, findings, unchangedSince: unchangedSince.get(address) ?? null },
      ),
      chain: chainItems(session.tls?.chain ?? [], matched),
      pictures: chainPictures(session, matched),
      anchors: {
        address: addressAnchor('address', address),
        chain: addressAnchor('chain', address),
        transcript: addressAnchor('transcript', address),
      },
    };
  };
  const panels = sessions.map(panelOf);
  return (
    <>
      {sessions.length < 2 ? null : (
        <Panel title="Addresses side by side" flush aside={String(sessions.length)}>
          <AddressMatrix
            comparison={compareAddresses(observation)}
            states={
              new Map(panels.map((one) => [one.session.address, { ...one.state, href: `#${one.anchors.address}` }]))
            }
            stale={stale}
          />
        </Panel>
      )}
      {panels.map((panel) => (
        <AddressEvidence key={panel.session.address} {...panel} />
      ))}
    </>
  );
}
