import { performance } from 'node:perf_hooks';
import type { Name } from '#lib/dns/name.ts';
import { parseSingleName } from '#lib/dns/rdata/single-name.ts';
import { showName } from '#lib/dns/show-name.ts';
import { recordTypes } from '#lib/dns/types.ts';
import type { Validated } from '#lib/dnssec/validate.ts';
import type { Validation } from '#lib/model/dnssec.ts';
import { liesIn } from '#lib/model/watched-zones.ts';
import type { ZoneObservation, ZoneQuestion } from '#lib/model/zone-observation.ts';
import { zoneQuestions, type ZoneNames } from '#lib/model/zone-questions.ts';
import type { ZoneDelegation } from '#workers/net/dns/delegation.ts';
import type { Iterate } from '#workers/net/dns/iterate.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import type { Clock, SecondOpinion } from '#workers/ports.ts';
import { observeClock } from './zone-clock.ts';
import { askOpinions } from './zone-opinion.ts';
import { askedQuestions, type AskedQuestion } from './zone-question.ts';
import { askServers, type AskedServer, type ServerPorts } from './zone-servers.ts';
import { inTime, unvalidated } from './zone-time.ts';

export interface ZonePorts extends ServerPorts {
  readonly delegationOf: Iterate['delegationOf'];
  /** Null where there is no resolver to ask. */
  readonly secondOpinion: SecondOpinion | null;
  readonly clock: Clock;
  readonly vantage: string;
}

/** For a whole look, over all servers. What is left then is recorded as not asked. */
const zoneDurationMs = 60_000;
const maxValidations = 8;

/**
 * Looks at one zone: every question validated from the trust anchor, and asked of every authoritative server by itself.
 * Never rejects for anything the world does.
 */
export async function observeZone(names: ZoneNames, ports: ZonePorts): Promise<ZoneObservation> {
  const { clock, vantage, secondOpinion } = ports;
  const startedAt = clock.now();
  const deadline = performance.now() + zoneDurationMs;
  const { questions, unasked } = zoneQuestions(names);
  const asked = askedQuestions(questions);
  const opinions = secondOpinion === null ? [] : askOpinions(asked, { secondOpinion, deadline });
  const [validated, delegation] = await Promise.all([
    mapBounded(asked, maxValidations, (item) => validateInTime(item, { ports, deadline })),
    findDelegation(asked, { ports, deadline }),
  ]);
  const first = validated.map(({ validation }) => validation);
  const own = asked.filter((_, index) => isOwn(names.zone, first[index]));
  const servers = delegation === null ? [] : await askServers(own, { delegation, ports, deadline });
  const validations = questions.map((question, index) => soundest(question, { first: first[index], servers, ports }));
  return {
    zone: names.zone,
    vantage,
    startedAt,
    questions: questions.map(({ name, type }) => ({ name, type })),
    ...(unasked === 0 ? {} : { unasked }),
    validations,
    parentNameServers: hostTexts(delegation?.parentNameServers ?? null),
    nameServers: hostTexts(delegation?.childNameServers ?? readNameServers(asked, validated)),
    servers: servers.map(({ host, address, answers }) => ({
      host,
      address,
      answers: answers.map(({ answer }) => answer),
    })),
    unresolved: (delegation?.unresolved ?? []).map(({ host, failure }) => ({ host: showName(host), failure })),
    opinions: await opinions,
    clock: observeClock(names.zone, validations),
    finishedAt: clock.now(),
  };
}

interface Look {
  readonly ports: ZonePorts;
  /** `performance.now()` value. */
  readonly deadline: number;
}

async function validateInTime({ asked, question }: AskedQuestion, { ports, deadline }: Look): Promise<Validated> {
  const late = () => ({
    validation: unvalidated(question, ports.clock.now()),
    message: null,
    records: [],
    aliases: [],
    unanswered: null,
  });
  return inTime(deadline, { work: () => ports.validator.validate(asked, { fresh: true }), late });
}

/** Null where nobody could be asked. */
async function findDelegation(
  asked: readonly AskedQuestion[],
  { ports, deadline }: Look,
): Promise<ZoneDelegation | null> {
  const apex = asked[0]?.asked.name;
  if (apex === undefined) return null;
  const found = await ports.delegationOf(apex, { deadline, fresh: true });
  return found.ok ? found.facts : null;
}

/**
 * Whoever validates asks another server where one gave an answer that is bogus: what is wrong with one server alone is
 * told by its own row.
 */
function soundest(
  question: ZoneQuestion,
  seen: { readonly first: Validation | undefined; readonly servers: readonly AskedServer[]; readonly ports: ZonePorts },
): Validation {
  const first = seen.first ?? unvalidated(question, seen.ports.clock.now());
  if (first.result.state !== 'bogus') return first;
  const own = seen.servers.flatMap(({ answers }) => answers.flatMap(({ validation }) => validation ?? []));
  const isSecure = ({ name, type, result }: Validation) =>
    name === first.name && type === first.type && result.state === 'secure';
  return own.find(isSecure) ?? first;
}

/** A name in a zone further down, which nobody knew of before, is none of these servers' business. */
function isOwn(zone: string, validation: Validation | undefined): boolean {
  if (validation === undefined || validation.zone === null || validation.hops.length > 0) return true;
  return validation.zone === zone || !liesIn(validation.zone, zone);
}

function readNameServers(asked: readonly AskedQuestion[], validated: readonly Validated[]): readonly Name[] | null {
  const index = asked.findIndex(({ question }) => question.type === 'NS');
  const names = (validated[index]?.records ?? []).flatMap((record) => {
    const name = record.type === recordTypes.NS ? parseSingleName(record.rdata) : null;
    return name?.ok === true ? [name.value] : [];
  });
  return names.length === 0 ? null : names;
}

function hostTexts(names: readonly Name[] | null): readonly string[] | null {
  return names === null ? null : [...new Set(names.map(showName))].toSorted();
}
