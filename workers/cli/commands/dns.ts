import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { parseName, type Name } from '#lib/dns/name.ts';
import { parseServerAddress } from '#lib/dns/server-address.ts';
import { parseType, recordTypes, typeName } from '#lib/dns/types.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';
import { dnsReportSchema, type DnsReport } from '#lib/model/dns-report-schema.ts';
import type { Validation } from '#lib/model/dnssec.ts';
import type { ServerAnswer } from '#lib/model/zone-observation.ts';
import { Refusal } from '#workers/database/refusal.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import { openDns, type Dns } from '#workers/net/dns/open-dns.ts';
import { askZoneServer } from '#workers/probes/zone-server.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { describeDns } from '../dns-report.ts';
import { jsonText } from '../json-text.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { parseArguments, UsageError } from '../usage-error.ts';

const usage = `Usage: latchwatch dns NAME TYPE [--at TIME] [--hints FILE] [--anchors FILE]
                      [--resolver ADDRESS[:PORT]] [--all-servers] [--json]
       latchwatch dns --schema

Asks DNS one question and says whether the answer can be trusted: the chain of trust from the
anchor down, signature by signature, the verdict with its reason, and when the first signature
expires. Needs no database. TYPE is A, MX, TLSA and so on, or TYPE123.

  --at TIME      compare signatures with this time, such as 2026-12-24 or 2026-12-24T18:00:00Z
  --hints        file with root name servers, in place of LATCHWATCH_ROOT_HINTS
  --anchors      file with trust anchors, in place of LATCHWATCH_TRUST_ANCHORS
  --resolver     ask this resolver, in place of authoritative servers from the root down
  --all-servers  ask every authoritative server of the zone too, and judge each answer
  --json         print all that was seen as JSON, and nothing else, on standard output
  --schema       print the JSON schema of that and look at nothing

Name servers at private addresses are asked only where LATCHWATCH_ALLOW_ADDRESSES has them.
Exit status: 0 secure, or proven not to be signed; 1 bogus, or a server gives another verdict
or other records; 2 wrong usage, or it could not be found out.`;

/** `latchwatch dns NAME TYPE` */
export const dnsCommand: Command = {
  name: 'dns',
  summary: 'Ask DNS and say whether the answer can be trusted',
  usage,
  run: async (context) => {
    const { values, positionals } = parseArguments({
      args: [...context.args],
      options: {
        at: { type: 'string' },
        hints: { type: 'string' },
        anchors: { type: 'string' },
        resolver: { type: 'string' },
        'all-servers': { type: 'boolean' },
        json: { type: 'boolean' },
        schema: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (values.schema === true) {
      context.out(JSON.stringify(z.toJSONSchema(dnsReportSchema), null, 2));
      return 0;
    }
    const question = readQuestion(positionals);
    const now = values.at === undefined ? null : readTime(values.at);
    const report = await look({ question, now, allServers: values['all-servers'] === true, values }, context);
    if (context.signal.aborted) {
      context.err('Stopped before everything was asked.');
      return 2;
    }
    if (values.json === true) context.out(jsonText(report));
    else for (const line of describeDns(report)) context.out(line);
    return conclude(report);
  },
};

/** @throws UsageError */
function readQuestion([nameText, typeText, ...more]: readonly string[]): DnsQuestion {
  if (nameText === undefined || typeText === undefined) {
    throw new UsageError('Say a name and a type, for example: latchwatch dns example.org MX');
  }
  if (more.length > 0) throw new UsageError('Say one name and one type; each run asks one question.');
  const name = parseName(nameText);
  if (!name.ok) throw new UsageError(`"${nameText}" is no name: ${name.error}.`);
  const type = parseType(typeText);
  if (type === null) {
    throw new UsageError(`"${typeText}" is no type: say one of ${Object.keys(recordTypes).join(', ')}, or TYPE123.`);
  }
  return { name: name.value, type };
}

/** Milliseconds since the epoch. @throws UsageError */
function readTime(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`"${text}" is no time: write 2026-12-24 or 2026-12-24T18:00:00Z.`);
  return time;
}

interface Look {
  readonly question: DnsQuestion;
  /** Milliseconds since the epoch; null: the time that it is. */
  readonly now: number | null;
  readonly allServers: boolean;
  readonly values: {
    readonly hints?: string | undefined;
    readonly anchors?: string | undefined;
    readonly resolver?: string | undefined;
  };
}

const lookMs = 30_000;
const serversAtOnce = 8;

/** @throws Refusal when settings are wrong, UsageError when an option is. */
async function look(
  { question, now, allServers, values }: Look,
  { env, err, signal }: CommandContext,
): Promise<DnsReport> {
  if (values.resolver !== undefined && !parseServerAddress(values.resolver).ok) {
    throw new UsageError(`"${values.resolver}" is no resolver: write 192.0.2.53 or 192.0.2.53:5353.`);
  }
  const settings = readSettingsOrRefuse({
    ...env,
    ...(values.hints === undefined ? {} : { LATCHWATCH_ROOT_HINTS: values.hints }),
    ...(values.anchors === undefined ? {} : { LATCHWATCH_TRUST_ANCHORS: values.anchors }),
    ...(values.resolver === undefined ? {} : { LATCHWATCH_RESOLVER: values.resolver }),
  });
  const dns = await openDns({ settings, clock: { now: () => now ?? Date.now() }, signal });
  if (!dns.ok) throw new Refusal(dns.error);
  const deadline = performance.now() + lookMs;
  const { validation } = await dns.value.validator.validate(question, { deadline, signal });
  const { said } = await dns.value.source.describe();
  const asked = { question, validation, dns: dns.value, deadline };
  const servers = allServers ? await askAll(asked, (text) => err(text)) : null;
  return {
    schema_version: 1,
    source: said,
    validation,
    servers: servers?.answers ?? null,
    unresolved: servers?.unresolved ?? [],
  };
}

interface AllServers {
  readonly answers: NonNullable<DnsReport['servers']>;
  readonly unresolved: DnsReport['unresolved'];
}

async function askAll(
  of: { readonly question: DnsQuestion; readonly validation: Validation; readonly dns: Dns; readonly deadline: number },
  progress: (text: string) => void,
): Promise<AllServers> {
  const { question, validation, dns, deadline } = of;
  const zone = apexOf(validation);
  if (zone === null) {
    progress('Which zone holds the answer could not be told, so its servers were not asked.');
    return { answers: [], unresolved: [] };
  }
  const delegation = await dns.source.iterate.delegationOf(zone, { deadline });
  if (!delegation.ok) return { answers: [], unresolved: [{ host: zone.toString(), failure: delegation.failure }] };
  const { servers, unresolved } = delegation.facts;
  const asked = { question: { name: validation.name, type: typeName(question.type) }, asked: question };
  const places = servers.flatMap(({ host, addresses }) =>
    addresses.map((address) => ({ host: host.toString(), address })),
  );
  let done = 0;
  const answers = await mapBounded(places, serversAtOnce, async ({ host, address }) => {
    const server = { address, port: 53 };
    const { askServer } = dns.source;
    const [answer] = await askZoneServer({
      zone,
      server,
      questions: [asked],
      askServer,
      validator: dns.validator,
      deadline,
    });
    done += 1;
    progress(`[${String(done)}/${String(places.length)}] ${host} ${address}`);
    return answer === undefined ? [] : [{ host, address, answer: answer.answer }];
  });
  return {
    answers: answers.flat(),
    unresolved: unresolved.map(({ host, failure }) => ({ host: host.toString(), failure })),
  };
}

function apexOf({ zone }: Validation): Name | null {
  const name = zone === null ? null : parseName(zone);
  return name?.ok === true ? name.value : null;
}

function conclude({ validation, servers }: DnsReport): ExitStatus {
  const { state } = validation.result;
  if (state === 'bogus' || !agree((servers ?? []).map(({ answer }) => answer))) return 1;
  return state === 'indeterminate' ? 2 : 0;
}

/** Whether all servers that answered gave the same records and the same verdict. */
function agree(answers: readonly ServerAnswer[]): boolean {
  const seen = answers.flatMap(({ answer }) =>
    answer.ok ? [`${answer.facts.rcode} ${answer.facts.dnssec.state} ${answer.facts.records.join('\n')}`] : [],
  );
  return new Set(seen).size <= 1;
}
