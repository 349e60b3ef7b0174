import type { SourceItem } from './source-item.ts';
import { ToneLabel } from './ui/tone-label.tsx';

/** A server with customers logs in somebody every few minutes. */
export const silentAfterMs = 3_600_000;

/** Whether a source reports, in a word. */
export function SourceLight({ source, now }: { readonly source: SourceItem; readonly now: number }) {
  if (source.ended !== null) {
    return <ToneLabel tone="unknown">{source.ended.how === 'revoked' ? 'Revoked' : 'Withdrawn'}</ToneLabel>;
  }
  if (source.lastSeenAt === null) return <ToneLabel tone="info">Waiting for the first report</ToneLabel>;
  return now - source.lastSeenAt > silentAfterMs ? (
    <ToneLabel tone="warn">Silent</ToneLabel>
  ) : (
    <ToneLabel tone="ok">Reporting</ToneLabel>
  );
}
