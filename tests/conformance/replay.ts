import { Name, parseName } from '#lib/dns/name.ts';
import { presentRecord } from '#lib/dns/present.ts';
import type { AlgorithmTable } from '#lib/dnssec/algorithms.ts';
import { parseTrustAnchors, type TrustAnchor } from '#lib/dnssec/anchors.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';
import { validate, type Validated } from '#lib/dnssec/validate.ts';
import { parseRrsig } from '#lib/dns/rdata/rrsig.ts';
import { recordTypes } from '#lib/dns/types.ts';
import { encodeEntry } from './encode-entry.ts';
import { compare } from './expectation.ts';
import { createRecordedServers } from './recorded-servers.ts';
import { createResolve, type Resolve } from './resolve.ts';
import type { Entry, Scenario } from './scenario.ts';
import { typeMnemonic } from './record-types.ts';
import { readRecord, tokenize, ZoneTextError } from './zone-text.ts';

/** What became of one scenario. */
export type Outcome =
  | { readonly kind: 'agree'; readonly checks: number; readonly notes: readonly string[] }
  | { readonly kind: 'differ'; readonly differences: readonly string[]; readonly notes: readonly string[] }
  | { readonly kind: 'unsupported'; readonly why: string };

/** Asks the validator all questions of a scenario and compares its verdicts with the recorded answers. */
export function replay(scenario: Scenario, algorithms: AlgorithmTable): Outcome {
  try {
    return replaySteps(scenario, algorithms);
  } catch (error) {
    if (!(error instanceof ZoneTextError)) throw error;
    return { kind: 'unsupported', why: error.message };
  }
}

function replaySteps(scenario: Scenario, algorithms: AlgorithmTable): Outcome {
  const { config, steps } = scenario;
  const anchors = readAnchors(config.trustAnchors);
  const resolve = createResolve(config, createRecordedServers(scenario.ranges));
  const asked: { readonly entry: Entry; readonly validated: Validated }[] = [];
  const differences: string[] = [];
  const notes: string[] = [];
  let now = config.now ?? timeInDate(scenario);
  let checks = 0;
  for (const step of steps) {
    switch (step.kind) {
      case 'ignored':
        break;
      case 'time-passes':
        now += step.seconds * 1000;
        break;
      case 'query': {
        const { question } = step.entry;
        if (question === null) throw new ZoneTextError(`step ${step.number} asks nothing`);
        const trusted = withoutInsecure(anchors, config.insecure, question);
        const validated = ask(question, { anchors: trusted, algorithms, now, resolve, step: step.number });
        if (validated.message === null && config.servers.length > 0 && !step.entry.flags.has('rd')) {
          throw new ZoneTextError(`step ${step.number} asks without RD for a referral out of a resolver's cache`);
        }
        asked.push({ entry: step.entry, validated });
        break;
      }
      case 'check': {
        const first = asked.shift();
        if (first === undefined) throw new ZoneTextError(`step ${step.number} checks an answer that nobody asked for`);
        checks += 1;
        const { difference, note } = compare(first.entry, step.entry, first.validated);
        const where = `step ${step.number} ${questionText(first.entry)}`;
        if (difference !== null) differences.push(`${where}: ${difference}`);
        if (note !== null) notes.push(`${where}: ${note}`);
        break;
      }
    }
  }
  if (checks === 0) return { kind: 'unsupported', why: 'the file checks no answer' };
  return differences.length > 0 ? { kind: 'differ', differences, notes } : { kind: 'agree', checks, notes };
}

interface Asking {
  readonly anchors: readonly TrustAnchor[];
  readonly algorithms: AlgorithmTable;
  readonly now: number;
  readonly resolve: Resolve;
  readonly step: number;
}

function ask(question: DnsQuestion, { anchors, algorithms, now, resolve, step }: Asking): Validated {
  const work = validate(question, { anchors, algorithms, now });
  let next = work.next();
  while (next.done !== true) next = work.next(resolve(next.value, step));
  return next.value;
}

/** Written anew for the product: scenarios have mnemonics and parentheses in odd places. */
function readAnchors(lines: readonly string[]): readonly TrustAnchor[] {
  if (lines.length === 0) return [];
  const records = lines.map((line) => readRecord(tokenize(line).tokens, { origin: Name.root, ttlSeconds: 3600 }));
  const text = records.map(({ rdata, ...record }) =>
    presentRecord({ ...record, rdata: { message: rdata, start: 0, end: rdata.length } }),
  );
  const anchors = parseTrustAnchors(text.join('\n'), 'scenario');
  if (!anchors.ok) throw new ZoneTextError(`the trust anchors cannot be read: ${anchors.error}`);
  return anchors.value;
}

/** A zone declared insecure has no trust anchor above it that counts (RFC 7646). */
function withoutInsecure(anchors: readonly TrustAnchor[], insecure: readonly string[], question: DnsQuestion) {
  const zones = insecure.flatMap((text) => {
    const name = parseName(text);
    return name.ok && question.name.isSubdomainOf(name.value) ? [name.value] : [];
  });
  return anchors.filter((anchor) =>
    zones.every((zone) => anchor.zone.isSubdomainOf(zone) && !anchor.zone.equals(zone)),
  );
}

/** The first moment at which no signature of the file is still to come, for files that set no clock. */
function timeInDate({ ranges }: Scenario): number {
  const inceptions = ranges
    .flatMap(({ entries }) => entries)
    .flatMap((entry) => encodeEntry(entry, entry.question).answer)
    .filter(({ type }) => type === recordTypes.RRSIG)
    .flatMap(({ rdata }) => {
      const signature = parseRrsig(rdata);
      return signature.ok ? [signature.value.inception] : [];
    });
  return inceptions.reduce((latest, one) => Math.max(latest, one), 0) * 1000;
}

function questionText({ question }: Entry): string {
  return question === null ? '' : `${question.name.toString()} ${typeMnemonic(question.type)}`;
}
