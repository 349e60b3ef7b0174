import type { DsResult, SignatureResult, Validation } from '#lib/model/dnssec.ts';
import { algorithmText, digestText, isRevoked, judgeDnssec, keyRole, reasonText } from './dnssec-words.ts';
import { svgText } from './svg-text.ts';
import type { Box, ChainLayout, Pill, PlacedAnswers, PlacedZone, Wire } from './trust-chain-layout.ts';
import { leadsToKey } from './trust-chain-layout.ts';
import { answersText } from './trust-chain-words.ts';
import { earliest, type TrustGraph } from './trust-graph.ts';
import { lineTone, StateMark, strokeOf } from './trust-line.tsx';
import { relativeTime } from './ui/relative-time.ts';

interface Context {
  readonly now: number;
  readonly stale: boolean;
}

/** Mean widths of a character in pixels, on the wide side. */
const monoPx = { 13: 7.9, 12: 7.3 } as const;
const sansPx = { 12: 6.6, 11: 6.1 } as const;

function expiryText(at: number | null, { now }: Context): string | null {
  if (at === null) return null;
  return at < now ? `expired ${relativeTime(at, now)}` : `expires ${relativeTime(at, now)}`;
}

/** The same for a narrow place. */
function shortExpiryText(at: number | null, { now }: Context): string | null {
  if (at === null) return null;
  return at < now ? 'expired' : `ends ${relativeTime(at, now)}`;
}

/** The expiry to follow a word, in the longest form that fits beside it; empty where none does. */
function expiryAfter(
  word: string,
  at: number | null,
  { context, widthPx }: { readonly context: Context; readonly widthPx: number },
): string {
  if (at !== null && at < context.now && word.endsWith('expired since')) return '';
  const forms = [expiryText(at, context), shortExpiryText(at, context)].flatMap((form) => form ?? []);
  const fitting = forms.find((form) => (word.length + 3 + form.length) * sansPx[12] * 0.93 <= widthPx);
  return fitting === undefined ? '' : ` · ${fitting}`;
}

function WireLine({ wire, context }: { readonly wire: Wire; readonly context: Context }) {
  const path = `M${wire.from.join(' ')}${wire.to.map((point) => `L${point.join(' ')}`).join('')}`;
  if (wire.state === null) return <path d={path} fill="none" stroke="var(--line-strong)" strokeWidth="1" />;
  return (
    <g className={`tone-${judgeDnssec(wire.state, context).tone}`}>
      <path d={path} {...strokeOf(wire.state.state)} />
    </g>
  );
}

function Frame({ box, ground = 'var(--surface)' }: { readonly box: Box; readonly ground?: string }) {
  return <rect x={box.x} y={box.y} width={box.width} height={box.height} rx="6" fill={ground} />;
}

/** `keys` are tags. */
function Anchor({ box, anchor }: { readonly box: Box; readonly anchor: TrustGraph['anchor'] }) {
  const tags = anchor?.keyTags ?? [];
  const more = tags.length > 4 ? ` and ${tags.length - 4} more` : '';
  const keys = `${tags.length === 1 ? 'key' : 'keys'} ${tags.slice(0, 4).join(', ')}${more}`;
  const room = { widthPx: box.width - 20, charPx: sansPx[12] };
  return (
    <g>
      <Frame box={box} ground="var(--sunken)" />
      <rect
        {...rectOf(box)}
        fill="none"
        stroke="var(--line-strong)"
        strokeDasharray={anchor === null ? '3 3' : undefined}
      />
      <text x={box.x + 10} y={box.y + 18} fontSize="13" fontWeight="600" fill="var(--text)">
        {anchor === null ? 'No trust anchor' : svgText(`Trust anchor of ${zoneText(anchor.zone)}`, room)}
      </text>
      <text x={box.x + 10} y={box.y + 35} fontSize="12" fill="var(--muted)">
        {anchor === null ? 'above these names' : svgText(`${keys} · ${anchor.source}`, room)}
      </text>
    </g>
  );
}

function rectOf({ x, y, width, height }: Box) {
  return { x, y, width, height, rx: 6 };
}

function zoneText(zone: string): string {
  return zone === '.' ? '. (root)' : zone;
}

function Zone({ zone, context }: { readonly zone: PlacedZone; readonly context: Context }) {
  const { link, expiresAt } = zone.node;
  const { state } = link.state;
  const { tone, word } = judgeDnssec(link.state, context);
  const reason = reasonText(link.state);
  const widthPx = zone.width - 20;
  const expiry = expiryAfter(word, expiresAt, { context, widthPx: widthPx - 19 });
  return (
    <g>
      <Frame box={zone} />
      <g className={`tone-${tone}`}>
        <rect {...rectOf(zone)} {...strokeOf(state)} />
      </g>
      <text x={zone.x + 10} y={zone.y + 20} fontSize="13" fontWeight="600" className="font-mono" fill="var(--text)">
        {svgText(zoneText(link.zone), { widthPx, charPx: monoPx[13] })}
      </text>
      <g transform={`translate(${zone.x + 10} ${zone.y + 27})`}>
        <StateMark state={state} tone={tone} />
      </g>
      <text x={zone.x + 29} y={zone.y + 38} fontSize="12" fill="var(--muted)">
        <tspan className={`tone-${tone}`} fill="var(--tone)" fontWeight="500">
          {word}
        </tspan>
        {expiry}
      </text>
      {reason === null ? null : (
        <text x={zone.x + 10} y={zone.y + 55} fontSize="11" fill="var(--text)">
          {svgText(reason, { widthPx, charPx: sansPx[11] })}
        </text>
      )}
      {zone.pills.map((pill, index) => (
        <PillShape key={index} pill={pill} zone={zone} context={context} />
      ))}
    </g>
  );
}

interface PillText {
  readonly lines: readonly (string | null)[];
  /** Null: no judgement, only a count. */
  readonly look: 'secure' | 'bogus' | 'insecure' | null;
}

function PillShape({
  pill,
  zone,
  context,
}: {
  readonly pill: Pill;
  readonly zone: PlacedZone;
  readonly context: Context;
}) {
  const { lines, look } = pillText(pill, zone, context);
  const { link } = zone.node;
  const state = look === 'secure' ? link.state.state : look;
  const tone =
    look === 'secure' ? judgeDnssec(link.state, context).tone : look === null ? null : lineTone(look, context.stale);
  return (
    <g className={tone === null ? undefined : `tone-${tone}`}>
      <Frame box={pill} ground="var(--sunken)" />
      <rect
        {...rectOf(pill)}
        {...(state === null
          ? { fill: 'none', stroke: 'var(--line-strong)' }
          : { ...strokeOf(state), strokeWidth: 1.4 })}
      />
      {lines.map((line, index) =>
        line === null ? null : (
          <text
            key={index}
            x={pill.x + 8}
            y={pill.y + 16 + index * 15}
            fontSize={index === 0 ? 12 : 11}
            fontWeight={index === 0 ? 600 : 400}
            fill={index === 0 ? 'var(--text)' : 'var(--muted)'}
          >
            {svgText(line, { widthPx: pill.width - 12, charPx: sansPx[index === 0 ? 12 : 11] * 0.93 })}
          </text>
        ),
      )}
    </g>
  );
}

const dsWords: Readonly<Record<DsResult['status'], string>> = {
  match: 'fits a key',
  'no-key': 'no such key',
  'digest-mismatch': 'fits no key',
  'unsupported-algorithm': 'not supported',
  'unsupported-digest': 'not supported',
  ignored: 'ignored',
};

function pillText({ content }: Pill, { node }: PlacedZone, context: Context): PillText {
  const { link } = node;
  switch (content.kind) {
    case 'ds': {
      const { keyTag, algorithm, records } = content.ds;
      const [first] = records;
      const fits = leadsToKey(content.ds);
      const digest = records.length > 1 ? `${records.length} digests` : digestText(first?.digestType ?? 0);
      return {
        lines: [
          `DS ${keyTag}`,
          algorithmText(algorithm),
          fits ? (shortExpiryText(earliest(link.dsSignatures), context) ?? digest) : dsWords[first?.status ?? 'no-key'],
        ],
        look: fits ? 'secure' : first?.status.startsWith('unsupported') === true ? 'insecure' : 'bogus',
      };
    }
    case 'key': {
      const { keyTag, algorithm, flags } = content.key;
      const signed = shortExpiryText(earliest(madeBy(content.key.keyTag, node)), context);
      return {
        lines: [
          `${keyRole(flags)} ${keyTag}`,
          algorithmText(algorithm),
          isRevoked(flags) ? 'revoked' : (signed ?? 'no signature'),
        ],
        look: isRevoked(flags) ? 'bogus' : 'secure',
      };
    }
    case 'no-ds':
      return { lines: ['No DS', 'proven by', link.denial?.mechanism.toUpperCase() ?? null], look: 'insecure' };
    case 'more':
      return { lines: [`+ ${content.count}`, `more ${content.what}`, 'in the list'], look: null };
  }
}

/** Signatures that a key of the zone made over what the picture has below it. */
function madeBy(keyTag: number, node: PlacedZone['node']): readonly SignatureResult[] {
  const { zone } = node.link;
  return [
    ...node.link.keySignatures,
    ...node.children.flatMap(({ link }) => [...link.dsSignatures, ...(link.denial?.signatures ?? [])]),
    ...node.groups.flatMap(({ answers }) =>
      answers.flatMap((answer: Validation) => [...answer.signatures, ...(answer.denial?.signatures ?? [])]),
    ),
  ].filter((signature) => signature.keyTag === keyTag && signature.signer === zone);
}

function Answers({ placed, context }: { readonly placed: PlacedAnswers; readonly context: Context }) {
  const [first, ...rest] = placed.groups;
  const { state } = first.state;
  const { tone, word } = judgeDnssec(first.state, context);
  const dates = placed.groups.flatMap(({ expiresAt }) => expiresAt ?? []);
  const shown = rest.every((group) => group.state.state === state) ? word : `Worst: ${word.toLowerCase()}`;
  const lines = placed.height > 40;
  const widthPx = placed.width - 40;
  const expiry = expiryAfter(shown, dates.length === 0 ? null : Math.min(...dates), {
    context,
    widthPx: lines ? widthPx : widthPx * 0.6,
  });
  const nameWidthPx = lines ? widthPx : widthPx - 12 - (shown.length + expiry.length) * sansPx[12];
  return (
    <g>
      <Frame box={placed} />
      <g className={`tone-${tone}`}>
        <rect {...rectOf(placed)} {...strokeOf(state)} strokeWidth={state === 'indeterminate' ? 1 : 1.6} />
      </g>
      <g transform={`translate(${placed.x + 10} ${placed.y + 9})`}>
        <StateMark state={state} tone={tone} />
      </g>
      <text x={placed.x + 30} y={placed.y + 20} fontSize="12" className="font-mono" fill="var(--text)">
        {svgText(answersText(placed.groups), { widthPx: nameWidthPx, charPx: monoPx[12] })}
      </text>
      <text
        x={lines ? placed.x + 30 : placed.x + placed.width - 10}
        y={placed.y + (lines ? 37 : 20)}
        textAnchor={lines ? 'start' : 'end'}
        fontSize="12"
        fill="var(--muted)"
      >
        <tspan className={`tone-${tone}`} fill="var(--tone)" fontWeight="500">
          {shown}
        </tspan>
        {expiry}
      </text>
    </g>
  );
}

/** The drawing itself. `label` says in words what it shows; the list beside it has all of it. */
export function TrustChainPicture({
  layout,
  anchor,
  label,
  context,
}: {
  readonly layout: ChainLayout;
  readonly anchor: TrustGraph['anchor'];
  readonly label: string;
  readonly context: Context;
}) {
  return (
    <svg
      role="img"
      aria-label={label}
      width={layout.width}
      height={layout.height}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      className="block max-w-none font-sans"
    >
      <Anchor box={layout.anchor} anchor={anchor} />
      {layout.zones.map((zone) => (
        <Zone key={zone.node.link.zone} zone={zone} context={context} />
      ))}
      {layout.answers.map((placed, index) => (
        <Answers key={index} placed={placed} context={context} />
      ))}
      {layout.wires.map((wire, index) => (
        <WireLine key={index} wire={wire} context={context} />
      ))}
    </svg>
  );
}
