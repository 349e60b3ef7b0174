import { Badge } from '../ui/badge.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Link } from '../ui/link.tsx';
import { TimeStamp } from '../ui/time-stamp.tsx';
import { ToneLabel } from '../ui/tone-label.tsx';
import type { CertificateItem } from './certificate-item.ts';
import { markWords, weaknessWords } from './certificate-item.ts';

/** What is wrong with a certificate besides its dates. */
export function CertificateFlaws({ item }: { readonly item: Pick<CertificateItem, 'selfSigned' | 'weaknesses'> }) {
  return (
    <>
      {item.selfSigned ? <Badge>self-signed</Badge> : null}
      {item.weaknesses.map((weakness) => (
        <ToneLabel key={weakness} tone="warn">
          {weaknessWords[weakness]}
        </ToneLabel>
      ))}
    </>
  );
}

/** Servers that show it, the first ones by name. */
export function CertificatePlaces({
  item,
  now,
  most = 3,
}: {
  readonly item: Pick<CertificateItem, 'places' | 'total' | 'moreThan' | 'fingerprint'>;
  readonly now: number;
  readonly most?: number;
}) {
  const more = item.total - Math.min(most, item.places.length);
  return (
    <>
      {item.places.slice(0, most).map(({ endpointId, host, port, service, silentSince }, index, all) => (
        <span key={endpointId}>
          {index === 0 ? '' : ', '}
          <Link href={`/endpoints/${endpointId}`} className="link">
            {all[index - 1]?.host === host ? null : <ForeignText text={host} maxLength={253} />}:{port}
          </Link>{' '}
          {service}
          {silentSince === null ? null : (
            <>
              {' '}
              (no answer since <TimeStamp at={silentSince} now={now} form="relative" />)
            </>
          )}
        </span>
      ))}
      {more <= 0 && !item.moreThan ? null : (
        <>
          {' and '}
          <Link href={`/certificates/${item.fingerprint}`} className="link">
            {item.moreThan ? 'more than ' : ''}
            {Math.max(more, 0)} more
          </Link>
        </>
      )}
    </>
  );
}

const weekMs = 7 * 86_400_000;

/** The marks of the picture and the successor, in words. Signatures are renewed all the time: in `short` only those that end soon. */
export function CertificateDates({
  item,
  now,
  short = false,
}: {
  readonly item: CertificateItem;
  readonly now: number;
  readonly short?: boolean;
}) {
  const { successor } = item;
  const marks = item.marks.filter(({ kind, to }) => !short || kind !== 'signatures' || to < now + weekMs);
  return (
    <>
      {successor === null ? null : (
        <span className="block">
          <Link href={`/certificates/${successor.fingerprint}`} className="link">
            A newer one
          </Link>{' '}
          is at{' '}
          <Link href={`/endpoints/${successor.endpointId}`} className="link">
            <ForeignText text={successor.place} maxLength={320} />
          </Link>
          , until <TimeStamp at={successor.notAfter} now={now} form="absolute" />
        </span>
      )}
      {marks.map(({ kind, to, about, href }) => (
        <span key={kind} className="block">
          <Link href={href} className="link">
            {markWords[kind]}
          </Link>{' '}
          <TimeStamp at={to} now={now} form="relative" />: <ForeignText text={about} maxLength={120} />
        </span>
      ))}
    </>
  );
}
