import { open } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { errorText } from '#lib/error-text.ts';
import { serviceTable } from '#lib/model/endpoint.ts';
import { preflightReportSchema } from '#lib/model/preflight-schema.ts';
import type { PlannedChange } from '#lib/planner/change.ts';
import { noMemory } from '#lib/planner/collect-certificate-facts.ts';
import { unplanned } from '#lib/planner/preflight-change.ts';
import type { PreflightOutcome } from '#lib/planner/preflight-outcome.ts';
import type { PreflightRequest } from '#lib/planner/preflight-request.ts';
import { preflightStatus } from '#lib/planner/preflight.ts';
import { readChange } from '#lib/planner/read-change.ts';
import { openStore, type Store } from '#workers/store/store.ts';
import { answerPreflight, lookForPreflight } from '#workers/answer-preflight.ts';
import { announcedDatabase } from '#workers/database/data-folder.ts';
import { Refusal } from '#workers/database/refusal.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { readEndpointTarget, usualTlsMode } from '../endpoint-target.ts';
import { jsonText } from '../json-text.ts';
import { openProbes } from '../open-probes.ts';
import { describePreflight } from '../preflight-report.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { parseArguments, UsageError } from '../usage-error.ts';

const usage = `Usage: latchwatch preflight --cert FILE --host HOST:PORT [--service SERVICE] [--tls MODE]
                            [--published TIME] [--json]
       latchwatch preflight --change FILE [--json]
       latchwatch preflight --schema

Says whether a change may be made now, for a deploy hook or a pipeline to ask a moment before.
For a new certificate: does it match the TLSA records of every name server, those that caches
may still hold among them; is its chain trusted; does it cover the names; do its dates fit.

  --cert       the new certificate in PEM, with its chain behind it, without the private key
  --host       where it is to be shown, such as mail.example.org:993
  --service    imap, pop3, submission, smtp or sieve; not needed for the usual ports
  --tls        implicit or starttls; not needed for the usual ports
  --published  when every name server had the new TLSA record, as you know it, such as
               2026-12-24T18:00:00Z. Where a Latchwatch runs here, or DATABASE_URL names its
               database, it has seen that for itself. Without either, the wait begins now.
  --change     a change as YAML or JSON, as POST /api/v1/preflight takes it
  --json       print the answer as JSON, and nothing else, on standard output
  --schema     print the JSON schema of that and look at nothing

With a database the answer is kept there. The settings of latchwatch probe count here too.
Exit status: 0 pass; 1 warn; 2 block, also on wrong usage or where nobody could look; 3 unknown:
it depends on clients that cannot report.`;

/** `latchwatch preflight` */
export const preflightCommand: Command = {
  name: 'preflight',
  summary: 'Say whether a change may be made now',
  usage,
  run: async (context) => {
    const { values } = parseArguments({
      args: [...context.args],
      options: {
        cert: { type: 'string' },
        host: { type: 'string' },
        service: { type: 'string' },
        tls: { type: 'string' },
        published: { type: 'string' },
        change: { type: 'string' },
        json: { type: 'boolean' },
        schema: { type: 'boolean' },
      },
    });
    if (values.schema === true) {
      context.out(JSON.stringify(z.toJSONSchema(preflightReportSchema), null, 2));
      return 0;
    }
    const request = await readRequest(values);
    const publishedAt = values.published === undefined ? null : readTime(values.published);
    const outcome = await answer(request, { context, publishedAt });
    if (context.signal.aborted) {
      context.err('Stopped before everything was seen.');
      return 2;
    }
    return conclude(outcome, { context, json: values.json === true });
  },
};

function conclude(
  outcome: PreflightOutcome,
  { context, json }: { readonly context: CommandContext; readonly json: boolean },
): ExitStatus {
  if ('error' in outcome) throw new UsageError(outcome.error);
  const { report } = outcome;
  if (json) context.out(jsonText(report));
  else for (const line of describePreflight(report)) context.out(line);
  return preflightStatus(report.verdict);
}

/** Milliseconds since the epoch. @throws UsageError */
function readTime(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`"${text}" is no time: write 2026-12-24T18:00:00Z.`);
  return time;
}

const longestFile = 262_144;

/** @throws UsageError */
async function readText(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(longestFile + 1));
      if (bytesRead > longestFile) throw new UsageError(`${path} is larger than a change can be.`);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${errorText(error)}.`, { cause: error });
  }
}

interface Asked {
  readonly cert?: string | undefined;
  readonly host?: string | undefined;
  readonly service?: string | undefined;
  readonly tls?: string | undefined;
  readonly change?: string | undefined;
}

/** @throws UsageError */
async function readRequest({ cert, host, service, tls, change }: Asked): Promise<PreflightRequest> {
  if (change !== undefined) {
    if (cert !== undefined) throw new UsageError('Say --cert or --change, not both.');
    return { changes: readChanges(change, await readText(change)), service: null };
  }
  if (cert === undefined || host === undefined) throw new UsageError('Say --cert FILE and --host HOST:PORT.');
  const port = Number(/:(\d{1,5})$/.exec(host.trim())?.[1]);
  const usual = service ?? serviceTable.find((row) => row.port === port)?.service;
  const target = readEndpointTarget([host], { service: usual, tls: tls ?? usualTlsMode(host, usual) });
  const read = readChange({
    op: 'new_certificate',
    pem: await readText(cert),
    hosts: [target.host],
    ports: [target.port],
  });
  if (!read.ok) throw new UsageError(`${cert}: ${read.error[0]?.detail ?? 'cannot be used'}`);
  return { changes: [read.value], service: { service: target.service, tlsMode: target.tlsMode } };
}

/** One change, a list of them, or a document with a member `change` as the API takes it. @throws UsageError */
function readChanges(path: string, text: string): readonly PlannedChange[] {
  let document: unknown;
  try {
    document = parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new UsageError(`${path} is neither YAML nor JSON: ${errorText(error).split('\n')[0] ?? ''}`, {
      cause: error,
    });
  }
  const wrapped = z.object({ change: z.unknown() }).safeParse(document);
  const inner = wrapped.success ? wrapped.data.change : document;
  const list: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  if (list.length === 0) throw new UsageError(`${path} names no change.`);
  return list.map((item) => {
    const read = readChange(item);
    if (read.ok) return read.value;
    const [first] = read.error;
    throw new UsageError(`${path}${first?.pointer ?? ''}: ${first?.detail ?? 'cannot be used'}.`);
  });
}

async function answer(
  request: PreflightRequest,
  { context, publishedAt }: { readonly context: CommandContext; readonly publishedAt: number | null },
): Promise<PreflightOutcome> {
  const probes = await openProbes(context);
  const { clock, trust } = probes;
  const store = openMemory(context);
  try {
    const outcome = await answerPreflight(request, {
      look: async (target) => {
        const declaration = (await store?.loadDeclaredWay(target)) ?? { address: null, serverName: null };
        return lookForPreflight(target, { declaration, ports: probes });
      },
      watchedTargets: async (hosts) => (await store?.loadWatchedTargets(hosts)) ?? [],
      remember: async (target) => {
        const memory = (await store?.loadPreflightMemory({ target, now: new Date(clock.now()) })) ?? noMemory;
        return publishedAt === null ? memory : { ...memory, publishedAt };
      },
      plan: async (change) => {
        const now = new Date(clock.now());
        const planned = await store?.planForPreflight({ change, authorities: trust.anchors(), now });
        return planned ?? unplanned(change, now.getTime());
      },
      anchors: trust.anchors,
      clock,
    });
    await store?.keepPreflight({ request, outcome, actor: 'command line', now: new Date(clock.now()) });
    return outcome;
  } catch (error) {
    if (store === null || error instanceof Refusal) throw error;
    throw new Refusal(`The database of Latchwatch cannot be asked: ${errorText(error)}`, { cause: error });
  } finally {
    await store?.close();
  }
}

/** The database of a Latchwatch that runs, where there is one: a deploy hook starts none. */
function openMemory({ env }: CommandContext): Store | null {
  const settings = readSettingsOrRefuse(env);
  const url = settings.databaseUrl ?? announcedDatabase(settings.dataFolder);
  return url === null ? null : openStore(url);
}
