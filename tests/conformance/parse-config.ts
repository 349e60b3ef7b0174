import { Name } from '#lib/dns/name.ts';
import { formatIpAddress, parseIpAddress } from '#lib/model/ip-address.ts';
import { readTime } from './rdata-text.ts';
import type { ScenarioConfig, ServerClause } from './scenario.ts';
import { readName } from './zone-text.ts';

/** Options of which a file may have several. */
const lists = ['trust-anchor', 'domain-insecure'] as const;

/** Reads the options in front of CONFIG_END: `name: value` a line, values with or without quotes. */
export function parseConfig(lines: readonly string[]): ScenarioConfig {
  const listed = { 'trust-anchor': new Array<string>(), 'domain-insecure': new Array<string>() };
  const options = new Map<string, string>();
  const clauses: { kind: 'stub' | 'forward'; name: string; addresses: string[] }[] = [];
  let clause: (typeof clauses)[number] | null = null;
  for (const line of lines) {
    const option = readOption(line);
    if (option === null) continue;
    const [name, value] = option;
    const list = lists.find((one) => one === name);
    if (name === 'stub-zone' || name === 'forward-zone') {
      clause = { kind: name === 'stub-zone' ? 'stub' : 'forward', name: '.', addresses: [] };
      clauses.push(clause);
    } else if (value === '') clause = null;
    else if (list !== undefined) listed[list].push(value);
    else if (clause !== null && name === 'name') clause.name = value;
    else if (clause !== null && (name === 'stub-addr' || name === 'forward-addr')) clause.addresses.push(value);
    else options.set(name, value);
  }
  return {
    now: readClock(options),
    trustAnchors: listed['trust-anchor'],
    insecure: listed['domain-insecure'],
    servers: clauses.map(toServerClause),
    usesIpv4: options.get('do-ip4') !== 'no',
    usesIpv6: options.get('do-ip6') !== 'no',
    options,
  };
}

/** The text of an address in its one form; what is no address stays as it is and equals only itself. */
export function normaliseAddress(text: string): string {
  const parsed = parseIpAddress(text.replace(/@\d+$/, ''));
  return parsed.ok ? formatIpAddress(parsed.value) : text;
}

function readOption(line: string): readonly [name: string, value: string] | null {
  const parts = /^\s*([a-z][a-z0-9-]*):\s*(?:"([^"]*)"|([^\s#;][^#]*))?/.exec(line);
  if (parts?.[1] === undefined) return null;
  return [parts[1], (parts[2] ?? parts[3] ?? '').trim()];
}

function toServerClause({ kind, name, addresses }: { kind: 'stub' | 'forward'; name: string; addresses: string[] }) {
  const clause: ServerClause = { kind, zone: readName(name, Name.root), addresses: addresses.map(normaliseAddress) };
  return clause;
}

function readClock(options: ReadonlyMap<string, string>): number | null {
  const text = options.get('val-override-timestamp') ?? options.get('val-override-date');
  if (text === undefined || text === '') return null;
  const seconds = readTime(text);
  return Number.isNaN(seconds) ? null : seconds * 1000;
}
