import { Name } from '#lib/dns/name.ts';
import { rcodes } from '#lib/dns/types.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import { normaliseAddress, parseConfig } from './parse-config.ts';
import { readHex } from './rdata-text.ts';
import type { Entry, Range, Scenario, Step } from './scenario.ts';
import { readName, readQuestion, readRecord, readTtl, tokenize, ZoneTextError, type Token, type WrittenRecord, type ZoneDefaults } from './zone-text.ts'; // prettier-ignore

/** A line of the file, with its number from 1. */
interface Line {
  readonly number: number;
  readonly text: string;
}

/** Reads one file. What it cannot read makes the whole file unusable, with line number and reason. */
export function parseScenario(text: string): Result<Scenario> {
  const lines = text.split(/\r?\n/).map((line, index) => ({ number: index + 1, text: line }));
  const configEnd = lines.findIndex(({ text: line }) => /^\s*CONFIG_END\b/.test(line));
  const reader = new Reader(lines.slice(configEnd + 1));
  try {
    const config = parseConfig(lines.slice(0, Math.max(configEnd, 0)).map((line) => line.text));
    return ok({ config, ...readScenario(reader) });
  } catch (error) {
    if (!(error instanceof ZoneTextError)) throw error;
    return err(reader.line === 0 ? error.message : `line ${reader.line}: ${error.message}`);
  }
}

/** Hands out lines that say something, as tokens. */
class Reader {
  /** Number of the line handed out last. */
  line = 0;
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** The next line that is not empty, or null at the end. Parentheses join lines to one. */
  next(): readonly Token[] | null {
    const tokens: Token[] = [];
    let depth = 0;
    while (depth > 0 || tokens.length === 0) {
      const line = this.#lines[this.#at];
      if (line === undefined) return tokens.length === 0 ? null : tokens;
      this.#at += 1;
      this.line = line.number;
      // Titles are prose and may have parentheses of any kind.
      if (/^\s*SCENARIO_BEGIN\b/.test(line.text)) {
        return line.text
          .trim()
          .split(/\s+/)
          .map((text) => ({ text, quoted: false }));
      }
      const read = tokenize(line.text);
      tokens.push(...read.tokens);
      depth += read.depth;
    }
    return tokens;
  }

  /** The next line that is not empty, without reading over it. */
  peek(): readonly Token[] | null {
    const { line } = this;
    const at = this.#at;
    const tokens = this.next();
    this.line = line;
    this.#at = at;
    return tokens;
  }
}

function readScenario(reader: Reader): Omit<Scenario, 'config'> {
  const ranges: Range[] = [];
  const steps: Step[] = [];
  let title = '';
  for (let tokens = reader.next(); tokens !== null; tokens = reader.next()) {
    const [word = '', ...rest] = tokens.map(({ text }) => text);
    if (word === 'SCENARIO_BEGIN') title = rest.join(' ');
    else if (word === 'RANGE_BEGIN') ranges.push(readRange(reader, rest));
    else if (word === 'STEP') steps.push(readStep(reader, rest));
    else if (word === 'SCENARIO_END') break;
  }
  if (steps.length === 0) throw new ZoneTextError('the file has no steps');
  return { title, ranges, steps };
}

function readRange(reader: Reader, [from = '', to = '']: readonly string[]): Range {
  const addresses: string[] = [];
  const entries: Entry[] = [];
  for (let tokens = reader.next(); tokens !== null; tokens = reader.next()) {
    const [word = '', ...rest] = tokens.map(({ text }) => text);
    if (word === 'ADDRESS') addresses.push(...rest.map(normaliseAddress));
    else if (word === 'ENTRY_BEGIN') entries.push(readEntry(reader));
    else if (word === 'RANGE_END') break;
    else throw new ZoneTextError(`${word} within a range`);
  }
  return { from: readStepNumber(from), to: readStepNumber(to), addresses, entries };
}

function readStep(reader: Reader, [digits = '', word = '', ...rest]: readonly string[]): Step {
  const number = readStepNumber(digits);
  const entry = (): Entry => {
    const next = reader.peek()?.[0]?.text;
    if (next !== 'ENTRY_BEGIN') throw new ZoneTextError(`step ${number} ${word} has no entry`);
    reader.next();
    return readEntry(reader);
  };
  switch (word) {
    case 'QUERY':
      return { kind: 'query', number, entry: entry() };
    case 'CHECK_ANSWER':
      return { kind: 'check', number, entry: entry() };
    case 'TIME_PASSES':
      return { kind: 'time-passes', number, seconds: readElapse(rest) };
    case 'TRAFFIC':
    case 'NOTHING':
    case 'INFRA_RTT':
    case 'FLUSH_MESSAGE':
    case 'EXPIRE_MESSAGE':
      return { kind: 'ignored', number, word };
    default:
      throw new ZoneTextError(`the step ${word} needs a resolver with queries of its own`);
  }
}

function readStepNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new ZoneTextError(`"${text}" is no number of a step`);
  return Number(text);
}

function readElapse([word, seconds = '']: readonly string[]): number {
  if (word !== 'ELAPSE' || !/^\d+(?:\.\d+)?$/.test(seconds)) throw new ZoneTextError('time passes in a way not known');
  return Number(seconds);
}

type RecordSection = 'ANSWER' | 'AUTHORITY' | 'ADDITIONAL';

/** From behind ENTRY_BEGIN to ENTRY_END. */
function readEntry(reader: Reader): Entry {
  const { line } = reader;
  const words = { MATCH: new Array<string>(), ADJUST: new Array<string>(), REPLY: new Array<string>() };
  const questions: { readonly name: Name; readonly type: number }[] = [];
  const records: Record<RecordSection, WrittenRecord[]> = { ANSWER: [], AUTHORITY: [], ADDITIONAL: [] };
  let defaults: ZoneDefaults = { origin: Name.root, ttlSeconds: 3600 };
  let section: RecordSection | 'QUESTION' | null = null;
  let octets: Uint8Array | null = null;
  for (let tokens = reader.next(); tokens !== null; tokens = reader.next()) {
    const [word = '', ...rest] = tokens.map(({ text }) => text);
    if (word === 'ENTRY_END') break;
    if (word === 'MATCH' || word === 'ADJUST' || word === 'REPLY') words[word].push(...rest);
    else if (word === 'SECTION') section = readSection(rest[0]);
    else if (word === 'HEX_ANSWER_BEGIN') octets = readOctets(reader, 'HEX_ANSWER_END');
    // EDNS options of the other side: nothing that a verdict depends on.
    else if (word === 'HEX_EDNSDATA_BEGIN') readOctets(reader, 'HEX_EDNSDATA_END');
    else if (word === '$ORIGIN') defaults = { ...defaults, origin: readName(rest[0] ?? '', defaults.origin) };
    else if (word === '$TTL') defaults = { ...defaults, ttlSeconds: readTtl(rest[0] ?? '') ?? 3600 };
    else if (section === null) throw new ZoneTextError(`${word} in an entry`);
    else if (section === 'QUESTION') questions.push(readQuestion(tokens, defaults));
    else records[section].push(readRecord(tokens, defaults));
  }
  return {
    line,
    match: lowerSet(words.MATCH),
    adjust: lowerSet(words.ADJUST),
    flags: lowerSet(words.REPLY),
    rcode: readRcode(words.REPLY),
    extendedError: readExtendedError(words.MATCH),
    question: questions[0] ?? null,
    answer: records.ANSWER,
    authority: records.AUTHORITY,
    additional: records.ADDITIONAL,
    octets,
  };
}

function readSection(text = ''): RecordSection | 'QUESTION' {
  if (text === 'QUESTION' || text === 'ANSWER' || text === 'AUTHORITY' || text === 'ADDITIONAL') return text;
  throw new ZoneTextError(`the section ${text} is not known`);
}

function readOctets(reader: Reader, end: string): Uint8Array {
  let hex = '';
  for (let tokens = reader.next(); tokens !== null; tokens = reader.next()) {
    if (tokens[0]?.text === end) return hex === '' ? new Uint8Array() : readHex(hex);
    hex += tokens.map(({ text }) => text).join('');
  }
  throw new ZoneTextError(`no ${end}`);
}

function lowerSet(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.map((word) => word.toLowerCase()));
}

function readRcode(words: readonly string[]): number {
  const upper = words.map((word) => word.toUpperCase());
  return Object.entries(rcodes).find(([mnemonic]) => upper.includes(mnemonic))?.[1] ?? 0;
}

/** `ede=6`; `ede=any` asks for no certain one. */
function readExtendedError(words: readonly string[]): number | null {
  const digits = words.map((word) => /^ede=(\d+)$/i.exec(word)?.[1]).find((found) => found !== undefined);
  return digits === undefined ? null : Number(digits);
}
