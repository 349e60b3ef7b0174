import { readThresholds } from '#lib/checks/expiry-level.ts';
import type { CertificateItem, CertificateMarkItem } from './certificate-item.ts';
import type { TimeScale } from './time-scale.ts';

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}

function part(scale: TimeScale, from: number, to: number): { readonly x: string; readonly width: string } {
  return {
    x: percent(scale.percentOf(from)),
    width: percent(Math.max(0, scale.percentOf(to) - scale.percentOf(from))),
  };
}

const isWithin = (at: number, { start, end }: TimeScale): boolean => at >= start && at <= end;

function Mark({ mark, scale }: { readonly mark: CertificateMarkItem; readonly scale: TimeScale }) {
  switch (mark.kind) {
    case 'signatures':
      return isWithin(mark.to, scale) ? (
        <svg x={percent(scale.percentOf(mark.to))} y="13" overflow="visible" className="tone-info">
          <path d="M0 -6L5 0L0 6L-5 0Z" fill="var(--surface)" stroke="var(--tone)" strokeWidth="2" />
        </svg>
      ) : null;
    case 'tlsa-wait':
      return (
        <g className="tone-warn">
          <rect {...part(scale, mark.from, mark.to)} y="28" height="3" fill="var(--tone)" />
          {isWithin(mark.to, scale) ? (
            <svg x={percent(scale.percentOf(mark.to))} y="29" overflow="visible">
              <path d="M-5 5L5 5L0 -5Z" fill="var(--tone)" />
            </svg>
          ) : null}
        </g>
      );
    case 'planned-work':
    case 'approved-change':
      return (
        <rect
          {...part(scale, mark.from, mark.to)}
          y="1"
          height="24"
          className={mark.kind === 'planned-work' ? 'tone-unknown' : 'tone-info'}
          fill="none"
          stroke="var(--tone)"
          strokeDasharray={mark.kind === 'planned-work' ? '3 3' : '8 3'}
          strokeWidth="1.5"
        />
      );
  }
}

/** The validity of one certificate on the scale: full, then outlined where its renewal is late, then thick. */
export function CertificateBar({
  item,
  scale,
  now,
}: {
  readonly item: CertificateItem;
  readonly scale: TimeScale;
  readonly now: number;
}) {
  const { notBefore, notAfter, successor, marks } = item;
  const { warnAt, critAt } = readThresholds(item);
  const here = percent(scale.percentOf(now));
  return (
    <svg width="100%" height="36" aria-hidden="true" className="block overflow-hidden">
      <rect x="0" y="12" width="100%" height="2" fill="var(--line)" />
      <rect {...part(scale, notBefore, warnAt)} y="8" height="10" className="tone-ok" fill="var(--tone)" />
      <rect
        {...part(scale, warnAt, critAt)}
        y="8.75"
        height="8.5"
        className="tone-warn"
        fill="var(--surface)"
        stroke="var(--tone)"
        strokeWidth="1.5"
      />
      <rect {...part(scale, critAt, notAfter)} y="4" height="18" className="tone-crit" fill="var(--tone)" />
      {notAfter < scale.start ? (
        <svg x="0" y="13" overflow="visible" className="tone-crit">
          <path d="M8 -6L0 0L8 6Z" fill="var(--tone)" />
        </svg>
      ) : null}
      {successor === null ? null : (
        <rect
          {...part(scale, successor.notBefore, successor.notAfter)}
          y="27"
          height="5"
          className="tone-info"
          fill="var(--tone)"
        />
      )}
      {marks.map((mark) => (
        <Mark key={mark.kind} mark={mark} scale={scale} />
      ))}
      <line x1={here} x2={here} y1="0" y2="36" stroke="var(--text)" strokeWidth="1.5" />
    </svg>
  );
}

// Made once: making one costs more than all it formats.
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Dates above the bars, with today. */
export function TimeAxis({ scale, now }: { readonly scale: TimeScale; readonly now: number }) {
  const here = scale.percentOf(now);
  return (
    <svg width="100%" height="18" aria-hidden="true" className="block font-sans">
      {scale.ticks
        .filter((at) => Math.abs(scale.percentOf(at) - here) > 9 && scale.percentOf(at) < 96 && scale.percentOf(at) > 3)
        .map((at) => (
          <text key={at} x={percent(scale.percentOf(at))} y="13" fontSize="11" textAnchor="middle" fill="var(--muted)">
            {dayFormat.format(at)}
          </text>
        ))}
      <text x={percent(here)} y="13" fontSize="11" fontWeight="600" textAnchor="middle" fill="var(--text)">
        today
      </text>
    </svg>
  );
}
