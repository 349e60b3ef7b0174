import type { ZoneObservation } from '../model/zone-observation.ts';
import { newestSerial, serialDistance } from './serial.ts';
import { showTime } from './wording.ts';
import type { SaidByServer } from './zone-view.ts';
import { authoritativeAnswers, isSameQuestion } from './zone-view.ts';
import { showQuestion, showServer } from './zone-wording.ts';

/** What servers have that are unlike the others. */
export interface ServerDivergence {
  /** As `host (address)`. */
  readonly odd: readonly string[];
  readonly siblings: readonly string[];
  /** One line for each server and question. */
  readonly differences: readonly string[];
}

/** Address records may differ by server on purpose; what these types say may not. */
const comparedTypes = ['MX', 'SRV', 'TLSA', 'DNSKEY', 'NS'];
/** Types whose answers other codes compare, or that a server of the parent zone may answer from there. */
const leftOut = ['SOA', 'CDS', 'CDNSKEY', 'DS'];
/** Types whose data is the same in any case of letters. */
const caseless = ['MX', 'SRV', 'TLSA', 'NS'];

/**
 * Compares what the servers say to each question: the records of `comparedTypes`, and for other types only whether the
 * name and the type exist. The answer of the most servers counts as the common one; of two, that of the newer zone.
 */
export function compareRecords(observation: ZoneObservation): ServerDivergence | null {
  const answers = authoritativeAnswers(observation);
  const serials = new Map(soaAnswers(observation).map(({ server, serial }) => [server, serial]));
  const divergences = observation.questions
    .concat(answers.map(({ question }) => question))
    .filter((question, index, all) => all.findIndex((other) => isSameQuestion(question, other)) === index)
    .filter(({ type }) => !leftOut.includes(type))
    .flatMap((question) => {
      const said = answers.filter((answer) => isSameQuestion(answer.question, question));
      return compareQuestion(said, (server) => serials.get(server) ?? null) ?? [];
    });
  if (divergences.length === 0) return null;
  const odd = unique(divergences.flatMap((one) => one.odd));
  return {
    odd,
    siblings: unique(divergences.flatMap((one) => one.siblings)).filter((server) => !odd.includes(server)),
    differences: divergences.flatMap((one) => one.differences),
  };
}

/** The servers whose zone is older than that of another one, and how far they are behind. */
export function compareSerials(observation: ZoneObservation): ServerDivergence | null {
  const answers = soaAnswers(observation);
  const newest = newestSerial(answers.map(({ serial }) => serial));
  if (newest === null) return null;
  const stale = answers.filter(({ serial }) => serial !== newest);
  if (stale.length === 0) return null;
  return {
    odd: stale.map(({ server }) => showServer(server)),
    siblings: answers.filter(({ serial }) => serial === newest).map(({ server }) => showServer(server)),
    differences: stale.map(({ server, serial, signedAt }) => {
      const steps = serialDistance(serial, newest);
      const standing =
        steps === null
          ? `which has no order to ${String(newest)} (RFC 1982)`
          : `${String(steps)} behind ${String(newest)}`;
      const signed = signedAt === null ? '' : `, signed ${showTime(signedAt)}`;
      return `${showServer(server)} has serial ${String(serial)}, ${standing}${signed}`;
    }),
  };
}

function soaAnswers(observation: ZoneObservation) {
  return authoritativeAnswers(observation).flatMap(({ server, question, facts: { soa, signatures } }) => {
    if (soa === null || question.type !== 'SOA' || question.name !== observation.zone) return [];
    const signed = signatures.filter(({ type }) => type === 'SOA').map(({ inception }) => inception);
    return [{ server, serial: soa.serial, signedAt: signed.length === 0 ? null : Math.max(...signed) }];
  });
}

function compareQuestion(
  said: readonly SaidByServer[],
  serialOf: (server: SaidByServer['server']) => number | null,
): ServerDivergence | null {
  const groups = new Map<string, readonly SaidByServer[]>();
  for (const answer of said) groups.set(contentOf(answer), [...(groups.get(contentOf(answer)) ?? []), answer]);
  if (groups.size < 2) return null;
  const newest = newestSerial(said.flatMap(({ server }) => serialOf(server) ?? []));
  const isNewest = (group: readonly SaidByServer[]) => group.some(({ server }) => serialOf(server) === newest);
  const [common = [], ...odd] = [...groups.values()].toSorted(
    (a, b) => b.length - a.length || Number(isNewest(b)) - Number(isNewest(a)),
  );
  const [standard] = common;
  if (standard === undefined) return null;
  return {
    odd: odd.flat().map(({ server }) => showServer(server)),
    siblings: common.map(({ server }) => showServer(server)),
    differences: odd.flat().map((answer) => describeDifference(answer, standard)),
  };
}

/** Equal for answers that say the same, whatever the order, the number of copies and the case of names. */
function contentOf(answer: SaidByServer): string {
  return JSON.stringify([answer.facts.rcode, ...contentsOf(answer)]);
}

function contentsOf({ question: { type }, facts: { records } }: SaidByServer): readonly string[] {
  if (!comparedTypes.includes(type)) return records.length > 0 ? [`${type} records`] : [];
  const plain = records.map((record) => record.trim().replace(/\s+/g, ' '));
  return unique(caseless.includes(type) ? plain.map((record) => record.toLowerCase()) : plain).toSorted();
}

function describeDifference(answer: SaidByServer, standard: SaidByServer): string {
  const [own, common] = [contentsOf(answer), contentsOf(standard)];
  const lacks = common.filter((record) => !own.includes(record)).map(shorten);
  const adds = own.filter((record) => !common.includes(record)).map(shorten);
  const parts = [
    answer.facts.rcode === standard.facts.rcode ? [] : [`says ${answer.facts.rcode}, not ${standard.facts.rcode}`],
    lacks.length === 0 ? [] : [`lacks ${lacks.join(' and ')}`],
    adds.length === 0 ? [] : [`has ${adds.join(' and ')} instead`],
  ].flat();
  return `${showServer(answer.server)}, ${showQuestion(answer.question)}: ${parts.join(', ')}`;
}

/** Keys and digests are known by how they begin. */
function shorten(record: string): string {
  return record.length > 60 ? `${record.slice(0, 59)}…` : record;
}

function unique(list: readonly string[]): readonly string[] {
  return [...new Set(list)];
}
