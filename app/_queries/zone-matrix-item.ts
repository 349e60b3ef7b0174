import { createHash } from 'node:crypto';
import { newestSerial, serialDistance } from '#lib/checks/serial.ts';
import type { DnssecState } from '#lib/model/dnssec.ts';
import type { ServerAnswer, ZoneObservation, ZoneQuestion, ZoneServer } from '#lib/model/zone-observation.ts';
import { compareStates, judgeDnssec } from '#components/dnssec-words.ts';
import type { MatrixCell, MatrixItem, MatrixRow } from '#components/server-matrix.tsx';
import { failureText } from './endpoint-evidence.ts';

type Facts = Extract<ServerAnswer['answer'], { readonly ok: true }>['facts'];

const maxServers = 40;
const maxRows = 100;
const maxNamed = 6;

/** What each authoritative server said to each question, and in sentences who differs from the others and how. */
export function zoneMatrixItem(
  observation: ZoneObservation,
  context: { readonly now: number; readonly stale: boolean },
): MatrixItem {
  const servers = observation.servers.slice(0, maxServers);
  const rows = questionsOf(observation)
    .slice(0, maxRows)
    .map((question) => matrixRow(question, servers, context));
  return {
    servers: servers.map(({ host, address }) => ({ host, address })),
    rows,
    summary: summarize(observation, servers, rows),
  };
}

/** Those of the zone, and what servers were asked besides. */
function questionsOf({ questions, servers }: ZoneObservation): readonly ZoneQuestion[] {
  const asked = [...questions, ...servers.flatMap(({ answers }) => answers.map(({ question }) => question))];
  return [...new Map(asked.map((question) => [`${question.name} ${question.type}`, question])).values()];
}

function matrixRow(
  question: ZoneQuestion,
  servers: readonly ZoneServer[],
  context: { readonly now: number; readonly stale: boolean },
): MatrixRow {
  const answers = servers.map(
    (server) =>
      server.answers.find(({ question: { name, type } }) => name === question.name && type === question.type)?.answer,
  );
  const facts = answers.flatMap((answer) => (answer?.ok === true ? [answer.facts] : []));
  const cells = answers.map((answer): MatrixCell => {
    if (answer === undefined) return { kind: 'unasked' };
    if (!answer.ok) return { kind: 'failure', text: failureText(answer.failure) };
    const { rcode, authoritative, records, ttlSeconds, soa, dnssec } = answer.facts;
    return {
      kind: 'answer',
      state: dnssec.state,
      ...judgeDnssec(dnssec, context),
      rcode,
      authoritative,
      records: records.length,
      fingerprint: fingerprint(answer.facts).slice(0, 6),
      ttlSeconds,
      serial: soa?.serial ?? null,
      differences: differencesOf(answer.facts, facts),
    };
  });
  return { ...question, cells };
}

function fingerprint({ records }: Facts): string {
  return createHash('sha256').update(records.join('\n')).digest('hex');
}

/** TTLs count down at some servers; what they are is shown, not compared. */
function differencesOf(own: Facts, all: readonly Facts[]): readonly string[] {
  const rcode = most(all.map((facts) => facts.rcode));
  const serial =
    most(all.map(({ soa }) => soa?.serial ?? null)) ?? newestSerial(all.flatMap(({ soa }) => soa?.serial ?? []));
  // Of two servers that differ, the one that validates is right.
  const state = most(all.map(({ dnssec }) => dnssec.state)) ?? bestState(all);
  const trusted = all.filter(({ dnssec }) => dnssec.state === state);
  const records = most(all.map(fingerprint)) ?? most(trusted.map(fingerprint));
  const otherSerial = own.soa !== null && own.soa.serial !== serial;
  return [
    ...(own.rcode === rcode ? [] : [rcode === null ? own.rcode : `${own.rcode} instead of ${rcode}`]),
    ...(otherSerial ? [serialText(own.soa.serial, serial)] : []),
    ...(own.rcode === rcode && !otherSerial && fingerprint(own) !== records ? ['other records'] : []),
    ...(own.dnssec.state === state ? [] : [own.dnssec.state]),
  ];
}

/** What more than half of them have; null: nothing. */
function most<T>(values: readonly T[]): T | null {
  return values.find((value) => values.filter((other) => other === value).length * 2 > values.length) ?? null;
}

function bestState(all: readonly Facts[]): DnssecState | null {
  return (
    all
      .map(({ dnssec }) => dnssec.state)
      .toSorted(compareStates)
      .at(-1) ?? null
  );
}

function serialText(own: number, other: number | null): string {
  if (other === null) return `serial ${own}`;
  const behind = serialDistance(own, other);
  return `serial ${own} is ${behind !== null && behind > 0 ? 'older than' : 'not'} ${other}`;
}

function summarize(
  { unresolved }: ZoneObservation,
  servers: readonly ZoneServer[],
  rows: readonly MatrixRow[],
): MatrixItem['summary'] {
  const seen = servers.map((server, index) => ({
    name: `${server.host} (${server.address})`,
    answered: rows.some(({ cells }) => cells[index]?.kind === 'answer'),
    failures: rows.flatMap(({ cells }) => {
      const cell = cells[index];
      return cell?.kind === 'failure' ? [cell.text] : [];
    }),
    differences: rows.flatMap(({ name, type, cells }) => {
      const cell = cells[index];
      return cell?.kind === 'answer' && cell.differences.length > 0
        ? [`${name} ${type} ${cell.differences.join(', ')}`]
        : [];
    }),
  }));
  const answering = seen.filter(({ answered }) => answered);
  const odd = answering.filter(({ differences }) => differences.length > 0);
  const lines = [
    ...odd.slice(0, maxNamed).map(({ name, differences }) => ({
      tone: 'warn' as const,
      text: `${name} answers differently from ${others(answering.length - 1)}: ${capped(differences)}.`,
    })),
    ...(odd.length > maxNamed ? [{ tone: 'warn' as const, text: `So do ${odd.length - maxNamed} more servers.` }] : []),
    ...seen
      .filter(({ failures }) => failures.length > 0)
      .slice(0, maxNamed)
      .map(({ name, answered, failures }) => ({
        tone: 'fail' as const,
        text: answered
          ? `${name} left ${failures.length} of ${rows.length} questions without an answer: ${failures[0] ?? ''}.`
          : `${name} did not answer: ${failures[0] ?? ''}.`,
      })),
    ...unresolved.slice(0, maxNamed).map(({ host, failure }) => ({
      tone: 'fail' as const,
      text: `${host} was not asked: ${failureText(failure)}.`,
    })),
  ];
  if (odd.length > 0) return lines;
  return [agreement(answering.length, lines.length === 0), ...lines];
}

function agreement(answering: number, complete: boolean): MatrixItem['summary'][number] {
  if (answering === 0) return { tone: 'unknown', text: 'No authoritative server was heard.' };
  if (answering === 1) return { tone: 'unknown', text: 'One server answered: there is nothing to compare it with.' };
  return {
    tone: complete ? 'ok' : 'unknown',
    text: `The ${answering} servers that answered say the same.`,
  };
}

function others(count: number): string {
  return count === 1 ? 'the other server' : `the other ${count} servers`;
}

function capped(texts: readonly string[]): string {
  const shown = texts.slice(0, maxNamed).join('; ');
  return texts.length > maxNamed ? `${shown}; and ${texts.length - maxNamed} more` : shown;
}
