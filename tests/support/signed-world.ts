import { decodeMessage } from '#lib/dns/message.ts';
import { parseName } from '#lib/dns/name.ts';
import { parseDnskey } from '#lib/dns/rdata/dnskey.ts';
import { recordTypes, type RecordType } from '#lib/dns/types.ts';
import { algorithms, type AlgorithmTable } from '#lib/dnssec/algorithms.ts';
import type { TrustAnchor } from '#lib/dnssec/anchors.ts';
import type { Limits } from '#lib/dnssec/budget.ts';
import type { DnsReply } from '#lib/dnssec/steps.ts';
import type { ZoneCache } from '#lib/dnssec/trust.ts';
import { validate, type Validated } from '#lib/dnssec/validate.ts';
import { buildMessage, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { createZone, worldNow, type AnswerToSend, type ServedZone, type ZoneToServe } from './served-zone.ts';
import { isBelow, typeNumber } from './zone-signer.ts';

/*
 * A DNS tree in memory that answers as correct authoritative servers do, for tests of validation. A test spoils an answer
 * on its way.
 */

/** `www.example A`: a name in lower case and a mnemonic, or `TYPE255`. */
export type QuestionText = string;

/** Changes an answer on its way; null is no answer at all. */
export type Tamper = (answer: AnswerToSend, question: QuestionText) => AnswerToSend | null;

/** Changes the answer to one question only. */
export function spoil(question: QuestionText, change: (answer: AnswerToSend) => AnswerToSend | null): Tamper {
  return (answer, asked) => (asked === question ? change(answer) : answer);
}

export interface World {
  readonly answer: (question: QuestionText) => AnswerToSend;
  readonly zone: (apex: string) => ServedZone;
  /** The keys of a zone as trust anchor. */
  readonly anchor: (apex: string) => TrustAnchor;
}

/** Zones below each other delegate by themselves, with a DS record where the lower one is signed. */
export function createWorld(specs: readonly ZoneToServe[]): World {
  const parentOf = (apex: string): string | undefined =>
    specs
      .map((spec) => spec.apex)
      .filter((other) => other !== apex && isBelow(apex, other))
      .toSorted((a, b) => b.length - a.length)[0];
  const zones = new Map<string, ServedZone>();
  // The lowest first: a parent needs the keys of its children.
  for (const spec of specs.toSorted((a, b) => b.apex.length - a.apex.length)) {
    const children = [...zones.values()].filter(({ apex }) => parentOf(apex) === spec.apex);
    zones.set(spec.apex, createZone(spec, children));
  }
  const zone = (apex: string): ServedZone => {
    const found = zones.get(apex);
    if (found === undefined) throw new Error(`no zone ${apex}`);
    return found;
  };
  return {
    zone,
    answer: (question) => {
      const { name, type } = readQuestion(question);
      const holding = [...zones.keys()].filter(
        (apex) => isBelow(name, apex) && (type !== recordTypes.DS || name !== apex || apex === '.'),
      );
      const apex = holding.toSorted((a, b) => b.length - a.length)[0];
      if (apex === undefined) return { rcode: 'REFUSED', answer: [], authority: [] };
      return zone(apex).answer(name, type);
    },
    anchor: (apex) => ({
      zone: nameOf(apex),
      source: 'test',
      ds: [],
      keys: zone(apex).keys.flatMap(({ data }) => {
        const key = parseDnskey({ message: Uint8Array.from(data), start: 0, end: data.length });
        return key.ok ? [key.value] : [];
      }),
    }),
  };
}

export interface AskOptions {
  readonly tamper?: Tamper;
  readonly anchors?: readonly TrustAnchor[];
  readonly algorithms?: AlgorithmTable;
  readonly now?: number;
  readonly zones?: ZoneCache;
  readonly limits?: Limits;
}

export interface Asked extends Validated {
  /** All questions, in the order they were asked. */
  readonly questions: readonly QuestionText[];
  /** `secure`, or state and reason. */
  readonly verdict: string;
}

/** Validates one question in a world; the root is the trust anchor unless told otherwise. */
export function ask(world: World, question: QuestionText, options: AskOptions = {}): Asked {
  const { tamper = untouched, now = worldNow, ...rest } = options;
  const anchors = options.anchors ?? [world.anchor('.')];
  const { name, type } = readQuestion(question);
  const steps = validate({ name: nameOf(name), type }, { algorithms, ...rest, now, anchors });
  const questions: QuestionText[] = [];
  let step = steps.next();
  while (step.done !== true) {
    const asked = `${step.value.name.toString().toLowerCase()} ${mnemonic(step.value.type)}`;
    questions.push(asked);
    const sent = tamper(world.answer(asked), asked);
    step = steps.next(sent === null ? silence : replyWith(buildAnswer(sent, asked)));
  }
  const { result } = step.value.validation;
  return {
    ...step.value,
    questions,
    verdict: result.state === 'secure' ? 'secure' : `${result.state} ${result.reason}`,
  };
}

const untouched: Tamper = (answer) => answer;

const silence: DnsReply = { ok: false, failure: { stage: 'resolve', reason: 'timeout' } };

/** The wire form of an answer. */
export function buildAnswer(sent: AnswerToSend, question: QuestionText): Uint8Array {
  return buildMessage({ id: 1, question: readQuestion(question), ...sent });
}

/** The reply that a message is; octets that are no message are silence. */
export function replyWith(wire: Uint8Array): DnsReply {
  const message = decodeMessage(wire);
  return message.ok ? { ok: true, facts: { message: message.value, server: '192.0.2.53:53' } } : silence;
}

export function readQuestion(text: QuestionText): { readonly name: string; readonly type: number } {
  const [name = '', type = ''] = text.split(' ');
  const known = Object.entries(recordTypes).find(([mnemonic]) => mnemonic === type)?.[1];
  return { name, type: known ?? Number(type.replace('TYPE', '')) };
}

function mnemonic(type: number): string {
  return Object.entries(recordTypes).find(([, number]) => number === type)?.[0] ?? `TYPE${String(type)}`;
}

export function nameOf(text: string) {
  const name = parseName(text);
  if (!name.ok) throw new Error(`${text}: ${name.error}`);
  return name.value;
}

/** Takes out all records of a type, and their signatures. */
export function without(records: readonly RecordToSend[], type: RecordType): readonly RecordToSend[] {
  const number = typeNumber(type);
  return records.filter((record) => typeNumber(record.type) !== number && coveredType(record) !== number);
}

/** The type that an RRSIG record covers; null for other records. */
export function coveredType({ type, data }: RecordToSend): number | null {
  return type === 'RRSIG' ? (data[0] ?? 0) * 256 + (data[1] ?? 0) : null;
}
