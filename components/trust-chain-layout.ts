import type { Dnssec, DsResult, KeyResult } from '#lib/model/dnssec.ts';
import { compareStates, keyRole } from './dnssec-words.ts';
import type { AnswerGroup, TrustGraph, ZoneNode } from './trust-graph.ts';

/*
 * Where everything of the picture stands, in pixels. Each zone is a box below its parent, a step further right; a rail
 * along the left leads from parent to child. Nothing here draws, and what comes from DNS decides no size: names are
 * cut by who writes them, and what there is too much of is counted instead.
 */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** DS records with one key tag and algorithm: one digest each. */
export interface DsGroup {
  readonly keyTag: number;
  readonly algorithm: number;
  /** At least one. */
  readonly records: readonly DsResult[];
}

export type PillContent =
  | { readonly kind: 'ds'; readonly ds: DsGroup }
  | { readonly kind: 'key'; readonly key: KeyResult }
  | { readonly kind: 'no-ds' }
  | { readonly kind: 'more'; readonly count: number; readonly what: 'DS records' | 'keys' };

export interface Pill extends Box {
  readonly content: PillContent;
}

export interface PlacedZone extends Box {
  readonly node: ZoneNode;
  readonly pills: readonly Pill[];
}

/** One group of answers, or all groups beyond those that are drawn. */
export interface PlacedAnswers extends Box {
  readonly groups: readonly [AnswerGroup, ...AnswerGroup[]];
}

export interface Wire {
  readonly from: readonly [x: number, y: number];
  /** Corners and end. */
  readonly to: readonly (readonly [x: number, y: number])[];
  /** Null: leads to links of several states. */
  readonly state: Dnssec | null;
}

export interface ChainLayout {
  readonly width: number;
  readonly height: number;
  readonly anchor: Box;
  readonly zones: readonly PlacedZone[];
  readonly answers: readonly PlacedAnswers[];
  readonly wires: readonly Wire[];
  /** Zones that are not drawn, because there are too many. */
  readonly zonesLeftOut: number;
}

export const maxZones = 16;
export const maxAnswerBoxes = 8;

const anchorHeight = 44;
const headerHeight = 48;
const reasonHeight = 16;
const pillHeight = 52;
const pillGap = 8;
const pillMinWidth = 96;
const pillMaxWidth = 150;
const groupGap = 26;
const padding = 10;
const gap = 14;
const widestStep = 24;
/** Below this width in pixels, texts take two lines. */
const narrow = 400;

/** Lays a graph out in `width` pixels, at least 240. The height follows from what there is, up to a limit. */
export function layOutChain(graph: TrustGraph, width: number): ChainLayout {
  const zones: PlacedZone[] = [];
  const answers: PlacedAnswers[] = [];
  const wires: Wire[] = [];
  const anchor: Box = { x: 1, y: 1, width: width - 2, height: anchorHeight };
  const step = Math.max(6, Math.min(widestStep, Math.floor((width * 0.12) / Math.max(1, depthOf(graph.zones) - 1))));
  const answerHeight = width < narrow ? 46 : 32;
  let y = anchor.y + anchorHeight + gap;
  let left = countZones(graph.zones);

  const below = (x: number): Box => ({ x, y, width: width - 1 - x, height: 0 });
  const placeGroups = (shown: readonly AnswerGroup[], x: number): readonly Joint[] =>
    mergeRest(shown).map((groups) => {
      const box = { ...below(x), height: answerHeight };
      answers.push({ ...box, groups });
      y += answerHeight + gap / 2;
      return { x, y: box.y + answerHeight / 2, state: groups[0].state };
    });
  const placeAnswers = (shown: readonly AnswerGroup[], x: number): readonly Joint[] => {
    const joints = placeGroups(shown, x);
    if (joints.length > 0) y += gap / 2;
    return joints;
  };
  const placeZones = (nodes: readonly ZoneNode[], x: number): readonly Joint[] =>
    nodes.flatMap((node) => {
      if (zones.length >= maxZones) return [];
      left -= 1;
      const { zone, wires: inside } = placeZone(node, below(x));
      zones.push(zone);
      wires.push(...inside);
      y += zone.height + gap;
      const joints = [...placeAnswers(node.groups, x + step), ...placeZones(node.children, x + step)];
      wires.push(...rail({ x: x + step / 2, y: zone.y + zone.height }, joints));
      return [{ x, y: zone.y + headerHeight / 2, state: node.link.state }];
    });

  const [only] = graph.zones;
  if (only !== undefined && graph.zones.length === 1) {
    const from = [anchor.x + step / 2, anchor.y + anchorHeight] as const;
    placeZones([only], anchor.x);
    wires.push({ from, to: [[from[0], from[1] + gap]], state: only.link.state });
  } else {
    wires.push(...rail({ x: anchor.x + step / 2, y: anchor.y + anchorHeight }, placeZones(graph.zones, 1 + step)));
  }
  placeAnswers(graph.loose, anchor.x);
  return { width, height: Math.ceil(y), anchor, zones, answers, wires, zonesLeftOut: left };
}

/** Where a line arrives at a box from the left. */
interface Joint {
  readonly x: number;
  readonly y: number;
  readonly state: Dnssec;
}

/** One line where there is one end; else a rail that says nothing, with an end for each. */
function rail(start: { readonly x: number; readonly y: number }, joints: readonly Joint[]): readonly Wire[] {
  const last = joints.at(-1);
  if (last === undefined) return [];
  const from = [start.x, start.y] as const;
  if (joints.length === 1) {
    return [
      {
        from,
        to: [
          [start.x, last.y],
          [last.x, last.y],
        ],
        state: last.state,
      },
    ];
  }
  return [
    { from, to: [[start.x, last.y]], state: null },
    ...joints.map(({ x, y, state }): Wire => ({ from: [start.x, y], to: [[x, y]], state })),
  ];
}

/** Groups of pills, the DS records first: side by side where there is room, else one below the other. */
function placeZone(node: ZoneNode, at: Box): { readonly zone: PlacedZone; readonly wires: readonly Wire[] } {
  const { link } = node;
  const across = at.width >= narrow;
  const inner = at.width - 2 * padding;
  const perGroup = across ? 3 : Math.max(1, Math.floor((inner + pillGap) / (pillMinWidth + pillGap)));
  const width = Math.min(
    pillMaxWidth,
    Math.floor(across ? (inner - 2 * groupGap) / 3 : (inner - pillGap * (perGroup - 1)) / perGroup),
  );
  const top = at.y + headerHeight + (link.state.state === 'secure' ? 0 : reasonHeight);
  const groups = [
    dsGroups(node, perGroup),
    keyGroup(link.keys, 'KSK', perGroup),
    keyGroup(link.keys, 'ZSK', perGroup),
  ].filter((group) => group.length > 0);
  const ranks = groups.map((group, rank) =>
    group.map((content, index): Pill => {
      const [column, row] = across ? [rank, index] : [index, rank];
      return {
        x: at.x + padding + column * (width + (across ? groupGap : pillGap)),
        y: top + row * (pillHeight + (across ? pillGap : groupGap)),
        width,
        height: pillHeight,
        content,
      };
    }),
  );
  const pills = ranks.flat();
  const bottom = pills.reduce((lowest, pill) => Math.max(lowest, pill.y + pill.height + padding), top);
  const wires = ranks.flatMap((rank, index) =>
    ranks.slice(index + 1).flatMap((later) => pillWires(rank, later, { state: link.state, across })),
  );
  return { zone: { ...at, height: bottom - at.y, node, pills }, wires };
}

function dsGroups({ link }: ZoneNode, perGroup: number): readonly PillContent[] {
  if (link.ds.length === 0) return link.denial === null ? [] : [{ kind: 'no-ds' }];
  const groups: DsGroup[] = [];
  for (const ds of link.ds) {
    const known = groups.findIndex(({ keyTag, algorithm }) => keyTag === ds.keyTag && algorithm === ds.algorithm);
    const group = groups[known];
    if (group === undefined) groups.push({ keyTag: ds.keyTag, algorithm: ds.algorithm, records: [ds] });
    else groups[known] = { ...group, records: [...group.records, ds] };
  }
  const contents = groups.toSorted((a, b) => Number(leadsToKey(b)) - Number(leadsToKey(a)));
  return capGroup(
    contents.map((ds) => ({ kind: 'ds', ds })),
    perGroup,
    'DS records',
  );
}

/** Whether one of the records fits a key of the zone. */
export function leadsToKey({ records }: DsGroup): boolean {
  return records.some(({ status }) => status === 'match');
}

function keyGroup(keys: readonly KeyResult[], role: 'KSK' | 'ZSK', perGroup: number): readonly PillContent[] {
  const weight = (key: KeyResult) => Number(key.anchored) * 2 + Number(key.signsKeys);
  const own = keys.filter(({ flags }) => keyRole(flags) === role).toSorted((a, b) => weight(b) - weight(a));
  return capGroup(
    own.map((key) => ({ kind: 'key', key })),
    perGroup,
    'keys',
  );
}

function capGroup(
  contents: readonly PillContent[],
  perGroup: number,
  what: 'DS records' | 'keys',
): readonly PillContent[] {
  if (contents.length <= perGroup) return contents;
  const shown = contents.slice(0, perGroup - 1);
  return [...shown, { kind: 'more', count: contents.length - shown.length, what }];
}

/** DS to its key, and keys that sign the key set to those that they vouch for. */
function pillWires(
  upper: readonly Pill[],
  lower: readonly Pill[],
  { state, across }: { readonly state: Dnssec; readonly across: boolean },
): readonly Wire[] {
  const leave = ({ x, y, width, height }: Pill) =>
    across ? ([x + width, y + height / 2] as const) : ([x + width / 2, y + height] as const);
  const arrive = ({ x, y, width, height }: Pill) =>
    across ? ([x, y + height / 2] as const) : ([x + width / 2, y] as const);
  return upper.flatMap((from) =>
    lower
      .filter((to) => leadsTo(from.content, to.content))
      .map((to): Wire => ({ from: leave(from), to: [arrive(to)], state })),
  );
}

function leadsTo(upper: PillContent, lower: PillContent): boolean {
  if (lower.kind !== 'key') return false;
  const { key } = lower;
  switch (upper.kind) {
    case 'ds':
      return upper.ds.keyTag === key.keyTag && upper.ds.algorithm === key.algorithm && leadsToKey(upper.ds);
    case 'key':
      return upper.key.signsKeys;
    case 'no-ds':
    case 'more':
      return false;
  }
}

/** Beyond a number of boxes, all others share the last one, which shows the worst of them. */
function mergeRest(groups: readonly AnswerGroup[]): readonly PlacedAnswers['groups'][] {
  const single = groups.slice(0, groups.length > maxAnswerBoxes ? maxAnswerBoxes - 1 : maxAnswerBoxes);
  const [first, ...rest] = groups.slice(single.length).toSorted((a, b) => compareStates(a.state.state, b.state.state));
  return [
    ...single.map((group): PlacedAnswers['groups'] => [group]),
    ...(first === undefined ? [] : [[first, ...rest] satisfies PlacedAnswers['groups']]),
  ];
}

function depthOf(nodes: readonly ZoneNode[]): number {
  return nodes.reduce((depth, node) => Math.max(depth, 1 + depthOf(node.children)), 1);
}

function countZones(nodes: readonly ZoneNode[]): number {
  return nodes.reduce((count, node) => count + 1 + countZones(node.children), 0);
}
