import type { SignatureResult } from '#lib/model/dnssec.ts';
import { algorithmText, signatureStatusText } from './dnssec-words.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import type { Tone } from './ui/tone.ts';

/** More than a validator ever tries for one record set. */
const maxSignatures = 64;

function toneOf({ status, expiration }: SignatureResult, now: number, stale: boolean): Tone {
  if (stale) return 'unknown';
  if (status !== 'valid') return 'fail';
  return expiration < now ? 'unknown' : 'ok';
}

/** Every signature with its key, dates, what became of it, and the server that sent it. */
export function SignatureList({
  signatures,
  now,
  stale,
}: {
  readonly signatures: readonly SignatureResult[];
  readonly now: number;
  readonly stale: boolean;
}) {
  if (signatures.length === 0) return null;
  return (
    <ul className="mt-1 space-y-1 border-l border-line pl-3">
      {signatures.slice(0, maxSignatures).map((signature, index) => (
        <li key={index} className="flex items-baseline gap-2 text-sm">
          <span className="self-start pt-0.5">
            <ToneIcon tone={toneOf(signature, now, stale)} size={14} />
          </span>
          <span className="min-w-0">
            Signature over{' '}
            <span className="font-mono">
              <ForeignText text={`${signature.owner} ${signature.type}`} maxLength={300} />
            </span>{' '}
            by key {signature.keyTag} of{' '}
            <span className="font-mono">
              <ForeignText text={signature.signer} maxLength={253} />
            </span>
            , algorithm {algorithmText(signature.algorithm)}: {stale ? 'was: ' : ''}
            <strong className="font-medium">{signatureStatusText(signature.status)}</strong>
            <span className="block text-muted">
              <TimeStamp at={signature.inception} now={now} form="absolute" /> to{' '}
              <TimeStamp at={signature.expiration} now={now} />
              {signature.server === null ? null : (
                <>
                  , from <ForeignText text={signature.server} maxLength={80} />
                </>
              )}
            </span>
          </span>
        </li>
      ))}
      {signatures.length > maxSignatures ? (
        <li className="text-sm text-muted">and {signatures.length - maxSignatures} more signatures</li>
      ) : null}
    </ul>
  );
}
