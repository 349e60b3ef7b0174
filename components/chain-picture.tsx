import { chainPictureText, lifeOf, type ChainCard, type ChainPictureItem } from './chain-card.ts';
import { svgText } from './svg-text.ts';
import { ToneIcon } from './ui/tone-icon.tsx';

/** In pixels. */
const card = { height: 66, gap: 26 } as const;
const charPx = { name: 6.9, small: 6.1, mono: 6.7 } as const;

interface Place {
  readonly y: number;
  readonly width: number;
  readonly now: number;
  readonly stale: boolean;
}

function Card({ item, place: { y, width, now, stale } }: { readonly item: ChainCard; readonly place: Place }) {
  const life = lifeOf(item, now);
  const tone = stale ? 'unknown' : life.tone;
  const room = (px: number) => ({ widthPx: width - 24, charPx: px });
  return (
    <g>
      <rect x={1} y={y} width={width - 2} height={card.height} rx="6" fill="var(--surface)" />
      <g className={`tone-${tone}`}>
        <rect
          {...{ x: 1, y, width: width - 2, height: card.height, rx: 6 }}
          fill="none"
          stroke={item.note === null ? 'var(--line-strong)' : 'var(--muted)'}
          strokeDasharray={item.note === null ? undefined : '4 3'}
        />
        <rect x={1} y={y} width="4" height={card.height} rx="2" fill="var(--tone)" />
      </g>
      <text x="14" y={y + 17} fontSize="11" fill="var(--muted)">
        {svgText(`${item.role}${item.note === null ? '' : ` · ${item.note}`}`, room(charPx.small))}
      </text>
      <text x="14" y={y + 36} fontSize="13" fontWeight="600" fill="var(--text)">
        {svgText(item.name, room(charPx.name))}
      </text>
      <g transform={`translate(14 ${String(y + 44)})`}>
        <ToneIcon tone={tone} size={13} />
      </g>
      <text x="32" y={y + 55} fontSize="12" fill="var(--muted)">
        <tspan className={`tone-${tone}`} fill="var(--tone)" fontWeight="500">
          {stale ? `then: ${life.word}` : life.word}
        </tspan>
        {svgText(` · ${item.key}`, room(charPx.small))}
      </text>
    </g>
  );
}

/** The line from a card up to the one that it signed. */
function Signed({ item, y }: { readonly item: ChainCard; readonly y: number }) {
  if (item.link === 'none') return null;
  const signed = item.link === 'signed';
  return (
    <g className={signed ? 'tone-info' : 'tone-crit'}>
      <path
        d={`M30 ${String(y)}V${String(y - card.gap)}`}
        stroke="var(--tone)"
        strokeWidth="2"
        strokeDasharray={signed ? undefined : '3 4'}
      />
      <text x="40" y={y - 9} fontSize="11" fill="var(--muted)">
        {signed ? '↑ signed' : '✕ did not sign it'}
      </text>
    </g>
  );
}

/** Records beside the card where there is room, otherwise below it. */
function Records({
  item,
  y,
  x,
  width,
}: {
  readonly item: ChainCard;
  readonly y: number;
  readonly x: number;
  readonly width: number;
}) {
  return item.records.slice(0, 3).map((record, index) => (
    <g key={record}>
      <path d={`M${String(x)} ${String(y + 18 + index * 18)}h14`} stroke="var(--accent)" strokeWidth="1.5" />
      <text x={x + 20} y={y + 22 + index * 18} fontSize="11" className="font-mono" fill="var(--text)">
        {svgText(`TLSA ${record}`, { widthPx: width, charPx: charPx.mono })}
      </text>
    </g>
  ));
}

function Picture({
  item,
  now,
  stale,
  width,
}: {
  readonly item: ChainPictureItem;
  readonly now: number;
  readonly stale: boolean;
  readonly width: number;
}) {
  const wide = width >= 500;
  const cardWidth = wide ? 380 : width;
  const below = ({ records }: ChainCard) => (wide ? 0 : Math.min(3, records.length) * 18);
  const tops = item.cards.map((_one, index) =>
    item.cards.slice(0, index).reduce((sum, one) => sum + card.height + card.gap + below(one), 1),
  );
  const last = item.cards.length - 1;
  const bottom = (tops[last] ?? 0) + card.height + (item.cards[last] === undefined ? 0 : below(item.cards[last]));
  const tone = stale ? 'unknown' : item.end.trusted ? 'ok' : 'crit';
  return (
    <svg
      role="img"
      aria-label={svgText(chainPictureText(item, now), { widthPx: 4000, charPx: 1 })}
      width={width}
      height={bottom + 30}
      viewBox={`0 0 ${String(width)} ${String(bottom + 30)}`}
      className="block max-w-none font-sans"
    >
      {item.cards.map((one, index) => {
        const y = tops[index] ?? 0;
        return (
          <g key={index}>
            <Signed item={one} y={y} />
            <Card item={one} place={{ y, width: cardWidth, now, stale }} />
            {wide ? (
              <Records item={one} y={y} x={cardWidth} width={width - cardWidth - 24} />
            ) : (
              <Records item={one} y={y + card.height - 8} x={10} width={width - 36} />
            )}
          </g>
        );
      })}
      <g transform={`translate(4 ${String(bottom + 11)})`}>
        <ToneIcon tone={tone} size={14} />
      </g>
      <text x="24" y={bottom + 22} fontSize="12" fontWeight="500" fill="var(--text)">
        {svgText(item.end.text, { widthPx: width - 30, charPx: charPx.small })}
      </text>
    </svg>
  );
}

/** A chain from the leaf to the root: who signed whom, how long each lasts, and which TLSA record is of which. */
export function ChainPicture({
  item,
  now,
  stale,
}: {
  readonly item: ChainPictureItem;
  readonly now: number;
  readonly stale: boolean;
}) {
  return (
    <>
      <div className="overflow-x-auto sm:hidden" tabIndex={0} role="region" aria-label="Certificate chain, picture">
        <Picture item={item} now={now} stale={stale} width={268} />
      </div>
      <div
        className="hidden overflow-x-auto sm:block"
        tabIndex={0}
        role="region"
        aria-label="Certificate chain, picture"
      >
        <Picture item={item} now={now} stale={stale} width={620} />
      </div>
    </>
  );
}
