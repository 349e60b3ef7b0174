import { svgText } from './svg-text.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';

/** Incidents of one kind that a root cause explains. */
export interface BlastGroup {
  readonly code: string;
  /** What the code means, our own words. */
  readonly summary: string;
  readonly count: number;
  readonly relation: 'same-cause' | 'consequence';
  /** The incident of this page is among them. */
  readonly isHere: boolean;
}

export interface BlastRadiusItem {
  readonly root: { readonly title: string; /** Null: it is the incident of this page. */ readonly href: string | null };
  readonly groups: readonly BlastGroup[];
  /** Incidents of kinds that are not shown. */
  readonly more: number;
  readonly domains: { readonly names: readonly string[]; readonly total: number };
  /** Accounts at risk as the reader may see them; null: not counted. */
  readonly accounts: string | null;
}

const width = 680;
const rowHeight = 40;
const gap = 10;
const rootWidth = 230;
const rowX = 300;
const rowWidth = width - rowX;
const charPx = 6.9;
/** Room for a word and the root in three lines. */
const lowest = 92;

function relationText({ relation, count }: BlastGroup): string {
  if (relation === 'same-cause')
    return count === 1 ? '1 place with the same fault' : `${count} places with the same fault`;
  return count === 1 ? '1 consequence' : `${count} consequences`;
}

function domainText({ total }: BlastRadiusItem['domains']): string {
  return total === 1 ? '1 mail domain' : `${total} mail domains`;
}

interface Node {
  readonly key: string;
  readonly head: string;
  readonly text: string;
  readonly look: 'fault' | 'consequence' | 'hit';
  readonly isHere: boolean;
}

function nodesOf(item: BlastRadiusItem): readonly Node[] {
  const { groups, more, domains, accounts } = item;
  const none = { isHere: false, look: 'hit' } as const;
  return [
    ...groups.map((group): Node => ({
      key: `${group.code} ${group.relation}`,
      head: `${relationText(group)}${group.isHere ? ', this one among them' : ''}`,
      text: group.summary,
      look: group.relation === 'same-cause' ? 'fault' : 'consequence',
      isHere: group.isHere,
    })),
    ...(more === 0
      ? []
      : [{ ...none, key: 'more', head: `${more} more`, text: 'of other kinds', look: 'consequence' } as const]),
    ...(domains.total === 0
      ? []
      : [{ ...none, key: 'domains', head: domainText(domains), text: domains.names.join(', ') }]),
    ...(accounts === null
      ? []
      : [{ ...none, key: 'accounts', head: `${accounts} accounts`, text: 'at risk, by what clients reported' }]),
  ];
}

/** Full line: the same fault; dashes: what comes of it; rounded: who is hit. */
const strokes = { fault: undefined, consequence: '5 3', hit: undefined } as const;

const rootLines = 3;
const lineCharacters = Math.floor((rootWidth - 24) / charPx);

/** Parted at spaces where there are some, or else where the line is full; at most `most` lines. */
function inLines(text: string, most: number): readonly string[] {
  const characters = Array.from(text);
  if (characters.length <= lineCharacters || most === 1) return [text];
  const space = characters.slice(0, lineCharacters + 1).lastIndexOf(' ');
  const cut = space > lineCharacters / 2 ? space : lineCharacters;
  return [characters.slice(0, cut).join(''), ...inLines(characters.slice(cut).join('').trim(), most - 1)];
}

function Picture({ item, nodes }: { readonly item: BlastRadiusItem; readonly nodes: readonly Node[] }) {
  const height = Math.max(lowest, nodes.length * (rowHeight + gap) - gap);
  const top = (height - (nodes.length * (rowHeight + gap) - gap)) / 2;
  const middle = height / 2;
  const room = { widthPx: rowWidth - 28, charPx };
  // Room for less than three full lines: they end at spaces.
  const lines = inLines(svgText(item.root.title, { widthPx: lineCharacters * 2.4 * charPx, charPx }), rootLines);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width="100%" aria-hidden="true" className="hidden font-sans sm:block">
      {nodes.map((node, index) => {
        const y = top + index * (rowHeight + gap);
        const end = y + rowHeight / 2;
        return (
          <g key={node.key}>
            <path
              d={`M${rootWidth} ${middle} C ${rootWidth + 40} ${middle}, ${rowX - 40} ${end}, ${rowX} ${end}`}
              fill="none"
              stroke="var(--line-strong)"
              strokeDasharray={strokes[node.look]}
            />
            <rect
              x={rowX + 0.5}
              y={y + 0.5}
              width={rowWidth - 1}
              height={rowHeight - 1}
              rx={node.look === 'hit' ? rowHeight / 2 : 4}
              fill={node.isHere ? 'var(--surface)' : 'var(--sunken)'}
              stroke={node.isHere ? 'var(--accent)' : 'var(--line-strong)'}
              strokeWidth={node.isHere ? 2 : 1}
              strokeDasharray={strokes[node.look]}
            />
            <text x={rowX + 14} y={y + 17} fontSize="12" fontWeight="600" fill="var(--text)">
              {svgText(node.head, room)}
            </text>
            <text x={rowX + 14} y={y + 32} fontSize="12" fill="var(--muted)">
              {svgText(node.text, room)}
            </text>
          </g>
        );
      })}
      <rect
        x={1}
        y={middle - lowest / 2 + 1}
        width={rootWidth - 2}
        height={lowest - 2}
        rx={4}
        fill="var(--surface)"
        stroke={item.root.href === null ? 'var(--accent)' : 'var(--line-strong)'}
        strokeWidth={2}
      />
      <text x={12} y={middle - 24} fontSize="12" fill="var(--muted)">
        {item.root.href === null ? 'This incident' : 'Root cause'}
      </text>
      {lines.map((line, index) => (
        <text key={index} x={12} y={middle - 4 + index * 17} fontSize="12" fontWeight="600" fill="var(--text)">
          {svgText(line, { widthPx: rootWidth - 20, charPx })}
        </text>
      ))}
    </svg>
  );
}

/** What one root cause explains: a picture, and the same as a list. Never more than a dozen rows. */
export function BlastRadius({ item }: { readonly item: BlastRadiusItem }) {
  const nodes = nodesOf(item);
  const { root, domains } = item;
  if (nodes.length === 0) return <p className="text-muted">Nothing else hangs on it, as far as is known.</p>;
  return (
    <div className="space-y-3">
      <Picture item={item} nodes={nodes} />
      <details className="text-sm sm:[&:not([open])>summary]:text-muted" open>
        <summary className="font-medium">As a list</summary>
        <p className="mt-2">
          {root.href === null ? (
            'From this incident:'
          ) : (
            <>
              From{' '}
              <Link href={root.href} className="link">
                <ForeignText text={root.title} maxLength={200} />
              </Link>
              :
            </>
          )}
        </p>
        <ul className="mt-1 list-disc space-y-1 pl-5">
          {nodes.map((node) => (
            <li key={node.key}>
              <strong className="font-medium">{node.head}</strong>: <ForeignText text={node.text} maxLength={1500} />
              {node.key === 'domains' && domains.total > domains.names.length
                ? ` and ${domains.total - domains.names.length} more`
                : ''}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
