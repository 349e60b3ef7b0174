import { z } from 'zod';
import { showText } from '#lib/checks/wording.ts';
import { discoverReportSchema } from '#lib/model/discover-schema.ts';
import { parseDomainName, type DomainName } from '#lib/model/domain-name.ts';
import { findServiceRow } from '#lib/model/endpoint.ts';
import type { DiscoveredEndpoint, DomainObservation } from '#lib/model/observation.ts';
import { domainExists } from '#lib/srv/locate.ts';
import { Refusal } from '#workers/database/refusal.ts';
import { openDns } from '#workers/net/dns/open-dns.ts';
import { discoverDomain } from '#workers/probes/discover.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { jsonText } from '../json-text.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { parseArguments, UsageError } from '../usage-error.ts';

const usage = `Usage: latchwatch discover DOMAIN [--json]
       latchwatch discover --schema

Finds the mail services of a domain from DNS alone: SRV records, MX records, and well-known
names (mail, imap, smtp, pop) where SRV is missing. Needs no database and connects to no
mail server.

  --json     print all that was seen as JSON, and nothing else, on standard output
  --schema   print the JSON schema of that and look at nothing

Asks authoritative servers from the root down, or the resolver that LATCHWATCH_RESOLVER names.
LATCHWATCH_ROOT_HINTS, LATCHWATCH_TRUST_ANCHORS and LATCHWATCH_ALLOW_ADDRESSES count too.
Exit status: 0 services were found and their hosts have addresses; 1 no service was found,
or a record leads to a host without address; 2 wrong usage, or DNS gave no usable answer.`;

/** `latchwatch discover DOMAIN` */
export const discoverCommand: Command = {
  name: 'discover',
  summary: 'Find the mail services of a domain from DNS',
  usage,
  run: async (context) => {
    const { values, positionals } = parseArguments({
      args: [...context.args],
      options: { json: { type: 'boolean' }, schema: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (values.schema === true) {
      context.out(JSON.stringify(z.toJSONSchema(discoverReportSchema), null, 2));
      return 0;
    }
    const [text, ...more] = positionals;
    if (text === undefined) throw new UsageError('Say which domain to look at.');
    if (more.length > 0) throw new UsageError('Say one domain; each run looks at one.');
    const domain = parseDomainName(text);
    if (!domain.ok) throw new UsageError(domain.error);
    const observation = await observe(domain.value, context);
    if (observation === null) {
      context.err('Stopped before everything was asked.');
      return 2;
    }
    if (values.json === true) {
      context.out(jsonText({ schema_version: 1, ...observation }));
    } else {
      for (const line of describe(observation, domain.value)) context.out(line);
    }
    return conclude(observation, context);
  },
};

/** Null when the person stopped it. @throws Refusal when settings are wrong. */
async function observe(domain: DomainName, { env, err, signal }: CommandContext): Promise<DomainObservation | null> {
  const settings = readSettingsOrRefuse(env);
  const clock = { now: () => Date.now() };
  const dns = await openDns({ settings, clock, signal });
  if (!dns.ok) throw new Refusal(dns.error);
  const observation = await discoverDomain({
    domain: domain.ascii,
    query: dns.value.query,
    clock,
    vantage: settings.vantage,
    onProgress: ({ question, outcome, done, total }) =>
      err(`[${done}/${total}] ${question}: ${showText(outcome, 200)}`),
  });
  return signal.aborted ? null : observation;
}

function conclude(observation: DomainObservation, { err }: CommandContext): ExitStatus {
  const unanswered = unansweredQuestions(observation);
  if (unanswered.length > 0) {
    err(`DNS gave no usable answer to ${unanswered.length} of the questions: ${unanswered.join(', ')}`);
    err('What they would have told is not in the result.');
  }
  if (observation.endpoints.length === 0) return unanswered.length > 0 ? 2 : 1;
  return deadHosts(observation).length > 0 ? 1 : 0;
}

/** Lines for a person. Hosts in them are letters, digits and hyphens; other text from strangers is made fit to show. */
function describe(observation: DomainObservation, { ascii, display }: DomainName): readonly string[] {
  const shown = display === ascii ? ascii : `${display} (${ascii})`;
  if (domainExists(observation) === false) {
    return [`${shown} does not exist: DNS knows no such name. Check the spelling, or its registration and delegation.`];
  }
  return [...describeEndpoints(observation, shown), ...notOffered(observation), ...describeDead(observation)];
}

function describeEndpoints(observation: DomainObservation, shown: string): readonly string[] {
  const { endpoints } = observation;
  if (endpoints.length === 0) {
    return unansweredQuestions(observation).length > 0
      ? [`Whether ${shown} has mail services could not be found out.`]
      : [`No mail service found for ${shown}: no SRV or MX record leads to one, and no host has a usual name.`];
  }
  return [
    `${endpoints.length === 1 ? '1 endpoint' : `${endpoints.length} endpoints`} of ${shown}`,
    '',
    ...table([
      ['SERVICE', 'HOST', 'PORT', 'FOUND BY', 'ADDRESSES'],
      ...endpoints.map((endpoint) => tableRow(endpoint, observation)),
    ]),
  ];
}

function describeDead(observation: DomainObservation): readonly string[] {
  return deadHosts(observation).map(
    (host) => `\n${showText(host, 253)} has no address: programs that follow the record to it get nowhere.`,
  );
}

function tableRow({ target, origin, priority }: DiscoveredEndpoint, { hosts }: DomainObservation): readonly string[] {
  const title = findServiceRow(target.service, target.tlsMode)?.title ?? target.service;
  const addresses = hosts.find(({ host }) => host === target.host)?.addresses;
  const sources = {
    srv: `SRV, priority ${priority}`,
    mx: `MX, preference ${priority}`,
    autoconfig: 'autoconfig',
    guess: 'guess',
    manual: 'hand',
  };
  return [
    title,
    target.host,
    String(target.port),
    sources[origin],
    addresses?.ok === true ? addresses.facts.join(', ') : `none (${addresses?.failure.reason ?? 'not asked'})`,
  ];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (soFar, row) => row.map((cell, column) => Math.max(cell.length, soFar[column] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function notOffered({ srv, mx }: DomainObservation): readonly string[] {
  const declined = srv.flatMap(({ label, lookup }) =>
    lookup.ok && lookup.facts.records.some(({ target }) => target === '.') ? [label] : [],
  );
  const nullMx = mx.ok && mx.facts.records.some(({ exchange }) => exchange === '.');
  return [
    ...(declined.length > 0 ? [`\nDeclared as not offered: ${declined.join(', ')}`] : []),
    ...(nullMx ? ['\nA null MX says that the domain takes no mail.'] : []),
  ];
}

/** Hosts that SRV or MX records name and that have no address; a name we only guessed is no fault. */
function deadHosts({ srv, mx, hosts }: DomainObservation): readonly string[] {
  const advertised = new Set([
    ...srv.flatMap(({ lookup }) => (lookup.ok ? lookup.facts.records.map(({ target }) => target) : [])),
    ...(mx.ok ? mx.facts.records.map(({ exchange }) => exchange) : []),
  ]);
  return hosts
    .filter(({ host, addresses }) => advertised.has(host) && !addresses.ok && isAnswered(addresses.failure.reason))
    .map(({ host }) => host);
}

function unansweredQuestions({ domain, mx, mxTlsa, srv, hosts }: DomainObservation): readonly string[] {
  return [
    ...(mx.ok ? [] : [`MX ${domain}`]),
    ...srv.filter(({ lookup }) => !lookup.ok).map(({ owner }) => `SRV ${owner}`),
    ...hosts
      .filter(({ addresses }) => !addresses.ok && !isAnswered(addresses.failure.reason))
      .map(({ host }) => `addresses of ${showText(host, 253)}`),
    ...mxTlsa.filter(({ lookup }) => !lookup.ok).map(({ owner }) => `TLSA ${showText(owner, 253)}`),
  ];
}

function isAnswered(reason: string): boolean {
  return reason === 'nxdomain' || reason === 'no-address';
}
