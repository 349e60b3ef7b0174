import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import { undeclared } from '../model/declaration.ts';
import { declarationNames, readDeclarationFields } from '../model/declaration-fields.ts';
import { parseDomainName, parseHostName } from '../model/domain-name.ts';
import {
  endpointKey,
  findServiceRow,
  serviceTable,
  services,
  tlsModes,
  type EndpointTarget,
} from '../model/endpoint.ts';
import { err, ok, type Result } from '../model/result.ts';
import { nearestName } from '../nearest-name.ts';
import type { Inventory, InventoryDomain, InventoryEndpoint, InventoryMistake } from './inventory.ts';

/** Larger files are not read: an endpoint takes about 200 bytes. */
export const maxInventoryBytes = 2 * 1024 * 1024;
export const maxInventoryEndpoints = 10_000;
const maxMistakes = 100;

/**
 * Reads an inventory file (YAML 1.2). All mistakes are named, in the order of their lines, at most a hundred. Never
 * throws. Anchors and aliases are refused: a few lines of them can stand for gigabytes.
 */
export function parseInventory(text: string): Result<Inventory, readonly InventoryMistake[]> {
  if (new TextEncoder().encode(text).length > maxInventoryBytes) {
    return err([{ line: 1, reason: `The file is larger than ${String(maxInventoryBytes / 1024 / 1024)} MiB` }]);
  }
  const lines = new LineCounter();
  const yaml = readYaml(text, lines);
  if (yaml === null) return err([{ line: 1, reason: 'The file is nested too deeply' }]);
  const { document, aliases } = yaml;
  const reader = new Reader(lines);
  for (const problem of [...document.errors, ...document.warnings].slice(0, maxMistakes)) {
    reader.refuse(problem.pos[0], firstSentence(problem.message));
  }
  for (const at of aliases.slice(0, maxMistakes)) reader.refuse(at, 'Aliases are not read here: write the value out');
  // What follows would only repeat what the YAML does not say.
  const domains = reader.mistakes.length > 0 ? [] : reader.readDomains(document.contents);
  const mistakes = reader.mistakes.toSorted((a, b) => a.line - b.line).slice(0, maxMistakes);
  return mistakes.length === 0 ? ok({ domains }) : err(mistakes);
}

interface Yaml {
  readonly document: Document;
  /** Where aliases stand. */
  readonly aliases: readonly number[];
}

function readYaml(text: string, lineCounter: LineCounter): Yaml | null {
  try {
    // Keys that stand twice we find ourselves: the parser compares each with all before it.
    const document = parseDocument(text, { lineCounter, prettyErrors: false, strict: true, uniqueKeys: false });
    const aliases: number[] = [];
    visit(document, { Alias: (_key, node) => void aliases.push(node.range?.[0] ?? 0) });
    return { document, aliases };
  } catch {
    // Both go down one level of the stack for each level of the file.
    return null;
  }
}

/** What the parser says without its advice to programmers. */
function firstSentence(message: string): string {
  if (message.includes('call stack')) return 'The file is nested too deeply';
  return (/^[^\n;]*/.exec(message)?.[0] ?? '').replace(/[.:]$/, '');
}

const endpointKeys = ['service', 'tls', 'host', 'hostname', 'port', ...Object.values(declarationNames)] as const;

/** A member of a mapping: where it stands and what it is. */
interface Member {
  readonly at: number;
  readonly value: Node | null;
}

type Members = ReadonlyMap<string, Member>;

class Reader {
  readonly mistakes: InventoryMistake[] = [];
  readonly #lines: LineCounter;
  readonly #domains = new Map<string, number>();
  readonly #declared = new Map<string, InventoryEndpoint>();
  #endpoints = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  /** `at` is an offset in the text. */
  refuse(at: number, reason: string): void {
    const line = this.#lineAt(at);
    const isKnown = this.mistakes.some((mistake) => mistake.line === line && mistake.reason === reason);
    if (!isKnown && !this.#isFull) this.mistakes.push({ line, reason });
  }

  get #isFull(): boolean {
    return this.mistakes.length >= maxMistakes;
  }

  #lineAt(at: number): number {
    return Math.max(1, this.#lines.linePos(at).line);
  }

  readDomains(contents: Node | null): readonly InventoryDomain[] {
    const members = this.#readMembers(contents, { keys: ['domains'], what: 'an inventory', at: 0 });
    if (members === null) return [];
    const list = this.#readList(members, 'domains', contents?.range?.[0] ?? 0);
    return list.flatMap((item) => this.#readDomain(item) ?? []);
  }

  #readDomain(item: Member): InventoryDomain | null {
    const members = this.#readMembers(item.value, { keys: ['name', 'endpoints'], what: 'a domain', at: item.at });
    if (members === null) return null;
    const endpoints = this.#readList(members, 'endpoints', item.at).flatMap((one) => this.#readEndpoint(one) ?? []);
    const name = this.#readText(members, 'name', item.at);
    if (name === null) return null;
    const at = members.get('name')?.at ?? item.at;
    const parsed = parseDomainName(name);
    if (!parsed.ok) return this.#drop(at, `name: ${withoutStop(parsed.error)}`);
    const { ascii } = parsed.value;
    const before = this.#domains.get(ascii);
    if (before !== undefined) return this.#drop(at, `${ascii} stands in line ${String(before)} already`);
    const line = this.#lineAt(at);
    this.#domains.set(ascii, line);
    const keys = new Set<string>();
    for (const endpoint of endpoints) {
      const key = endpointKey(endpoint.target);
      if (keys.has(key)) this.mistakes.push({ line: endpoint.line, reason: `${ascii} has ${key} already` });
      keys.add(key);
    }
    return { name: ascii, endpoints, line };
  }

  #readEndpoint(item: Member): InventoryEndpoint | null {
    this.#endpoints += 1;
    if (this.#endpoints === maxInventoryEndpoints + 1) {
      this.refuse(item.at, `There are more than ${String(maxInventoryEndpoints)} endpoints`);
    }
    if (this.#endpoints > maxInventoryEndpoints) return null;
    const members = this.#readMembers(item.value, { keys: endpointKeys, what: 'an endpoint', at: item.at });
    if (members === null) return null;
    const target = this.#readTarget(members, item.at);
    const fields = Object.fromEntries([...members].map(([name, { value }]) => [name, plainValue(value)]));
    const read = readDeclarationFields(fields, undeclared);
    if (!read.ok) {
      for (const { field, reason } of read.error) this.refuse(members.get(field)?.at ?? item.at, `${field} ${reason}`);
    }
    if (target === null || !read.ok) return null;
    const endpoint: InventoryEndpoint = { target, declaration: read.value, line: this.#lineAt(item.at) };
    const key = endpointKey(target);
    const before = this.#declared.get(key);
    // One endpoint serves many domains; two declarations of it cannot both be true.
    if (before !== undefined && JSON.stringify(before.declaration) !== JSON.stringify(read.value)) {
      return this.#drop(item.at, `${key} is declared otherwise in line ${String(before.line)}`);
    }
    this.#declared.set(key, before ?? endpoint);
    return endpoint;
  }

  #readTarget(members: Members, at: number): EndpointTarget | null {
    const service = this.#readWord(members, 'service', { known: services, at });
    const tlsMode = this.#readWord(members, 'tls', { known: tlsModes, at });
    const host = this.#readHost(members, at);
    const row = service === null || tlsMode === null ? undefined : findServiceRow(service, tlsMode);
    if (service !== null && tlsMode !== null && row === undefined) {
      const modes = serviceTable.filter((one) => one.service === service).map((one) => one.tlsMode);
      return this.#drop(members.get('tls')?.at ?? at, `${service} has no ${tlsMode} TLS, only ${modes.join(' and ')}`);
    }
    const port = this.#readPort(members, row?.port ?? null);
    if (service === null || tlsMode === null || host === null || port === null) return null;
    return { service, tlsMode, host, port };
  }

  #readHost(members: Members, at: number): string | null {
    const [host, hostname] = [members.get('host'), members.get('hostname')];
    if (host !== undefined && hostname !== undefined) {
      return this.#drop(hostname.at, 'host and hostname are the same: say one');
    }
    const name = hostname === undefined ? 'host' : 'hostname';
    const text = this.#readText(members, name, at);
    if (text === null) return null;
    const parsed = parseHostName(text);
    if (parsed.ok) return parsed.value.ascii;
    return this.#drop(members.get(name)?.at ?? at, `${name}: ${withoutStop(parsed.error)}`);
  }

  /** Null: it cannot be told, and that has been said. */
  #readPort(members: Members, usual: number | null): number | null {
    const member = members.get('port');
    if (member === undefined) return usual;
    const value = plainValue(member.value);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
    return this.#drop(member.at, 'port must be a number from 1 to 65535');
  }

  #readWord<T extends string>(
    members: Members,
    name: string,
    { known, at }: { readonly known: readonly T[]; readonly at: number },
  ): T | null {
    const text = this.#readText(members, name, at);
    if (text === null) return null;
    const word = known.find((one) => one === text);
    return word ?? this.#drop(members.get(name)?.at ?? at, `${name} must be one of ${known.join(', ')}`);
  }

  #readText(members: Members, name: string, at: number): string | null {
    const member = members.get(name);
    if (member === undefined) return this.#drop(at, `${name} is missing`);
    const value = plainValue(member.value);
    return typeof value === 'string' ? value : this.#drop(member.at, `${name} must be a text`);
  }

  #readList(members: Members, name: string, at: number): readonly Member[] {
    const member = members.get(name);
    if (member === undefined) {
      this.refuse(at, `${name} is missing`);
      return [];
    }
    if (!isSeq<Node | null>(member.value)) {
      this.refuse(member.at, `${name} must be a list`);
      return [];
    }
    return member.value.items.map((value) => ({ at: value?.range?.[0] ?? member.at, value }));
  }

  #readMembers(
    node: Node | null,
    { keys, what, at }: { readonly keys: readonly string[]; readonly what: string; readonly at: number },
  ): Members | null {
    if (!isMap<Node, Node | null>(node)) return this.#drop(at, `${what} must be a mapping with ${keys[0] ?? ''}: …`);
    const members = new Map<string, Member>();
    for (const { key, value } of node.items) {
      if (this.#isFull) return null;
      const name = plainValue(key);
      const keyAt = key.range?.[0] ?? at;
      if (typeof name === 'string' && members.has(name)) {
        this.refuse(keyAt, `${name} stands twice`);
        continue;
      }
      if (typeof name === 'string' && keys.includes(name)) {
        members.set(name, { at: keyAt, value });
        continue;
      }
      const near = typeof name === 'string' ? nearestName(name, keys) : null;
      const hint = near === null ? `there are ${keys.join(', ')}` : `did you mean ${near}?`;
      this.refuse(keyAt, `"${String(name).slice(0, 60)}" is not a key of ${what}: ${hint}`);
    }
    return members;
  }

  #drop(at: number, reason: string): null {
    this.refuse(at, reason);
    return null;
  }
}

/** A scalar as YAML 1.2 reads it; a list or mapping stands for itself. */
function plainValue(node: Node | null): unknown {
  return isScalar(node) ? node.value : node;
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
