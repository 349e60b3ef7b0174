import { z } from 'zod';
import { judgeEndpoint } from '#lib/checks/registry.ts';
import { standingOf } from '#lib/checks/standing.ts';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseHostName } from '#lib/model/domain-name.ts';
import { findServiceRow, services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import { formatIpAddress, parseCidr, parseIpAddress } from '#lib/model/ip-address.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { probeReportSchema, type ProbeReport } from '#lib/model/probe-schema.ts';
import type { Settings } from '#lib/settings.ts';
import { Refusal } from '#workers/database/refusal.ts';
import { createDial } from '#workers/net/dial.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import { chooseResolvers } from '#workers/net/dns/resolvers.ts';
import { createSignatureProbe } from '#workers/net/dns/signature-probe.ts';
import { lookupTimeoutMs } from '#workers/net/dns/transport.ts';
import type { Dial } from '#workers/ports.ts';
import { probeEndpoint, type EndpointProgress } from '#workers/probes/endpoint.ts';
import { createTrustStore } from '#workers/probes/trust-store.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { createProbeReport, describeFailure, describeOutcome, describeProbe } from '../probe-report.ts';
import { jsonText } from '../json-text.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { parseArguments, UsageError } from '../usage-error.ts';

const usage = `Usage: latchwatch probe HOST:PORT --service SERVICE --tls MODE [--address IP] [--json]
       latchwatch probe --schema

Looks at one mail service once, at every address of its host, as a mail client would up to
the login, and says what is wrong. Needs no database. HOST is a name, or an IP address such
as 192.0.2.1:993 or [2001:db8::1]:993.

  --service  imap, pop3, submission, or smtp (on MX hosts)
  --tls      implicit (TLS from the first byte) or starttls
  --address  look at this address of the host only, and do not ask DNS for the others
  --json     print all that was seen and found as JSON, and nothing else, on standard output
  --schema   print the JSON schema of that and look at nothing

Settings that count: LATCHWATCH_RESOLVER, LATCHWATCH_CA_FILE, LATCHWATCH_ALLOW_ADDRESSES
(private addresses are refused without it) and LATCHWATCH_VANTAGE.
Exit status: 0 all is well; 1 something is wrong; 2 wrong usage, or there was nothing to look
at: the name has no address, or no address could be talked to for a reason that is not its own.`;

/** `latchwatch probe HOST:PORT` */
export const probeCommand: Command = {
  name: 'probe',
  summary: 'Look at one mail service now and say what is wrong',
  usage,
  run: async (context) => {
    const { values, positionals } = parseArguments({
      args: [...context.args],
      options: {
        service: { type: 'string' },
        tls: { type: 'string' },
        address: { type: 'string' },
        json: { type: 'boolean' },
        schema: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (values.schema === true) {
      context.out(JSON.stringify(z.toJSONSchema(probeReportSchema), null, 2));
      return 0;
    }
    const target = readTarget(positionals, values);
    const address = values.address === undefined ? null : readAddress(values.address);
    const observation = await observe({ target, address }, context);
    if (context.signal.aborted) {
      context.err('Stopped before everything was seen.');
      return 2;
    }
    const report = createProbeReport(observation, judgeEndpoint(observation, { now: Date.now() }));
    if (values.json === true) context.out(jsonText(report));
    else for (const line of describeProbe(report)) context.out(line);
    return conclude(report, context);
  },
};

/** @throws UsageError */
function readTarget(
  [text, ...more]: readonly string[],
  values: { readonly service?: string | undefined; readonly tls?: string | undefined },
): EndpointTarget {
  if (text === undefined) throw new UsageError('Say where to look, for example mail.example.org:993.');
  if (more.length > 0) throw new UsageError('Say one HOST:PORT; each run looks at one.');
  const service = services.find((known) => known === values.service);
  if (service === undefined) throw new UsageError(`Say --service ${services.join('|')}.`);
  const tlsMode = tlsModes.find((known) => known === values.tls);
  if (tlsMode === undefined) throw new UsageError(`Say --tls ${tlsModes.join('|')}.`);
  if (findServiceRow(service, tlsMode) === undefined) {
    throw new UsageError('SMTP on MX hosts has no implicit TLS: say --tls starttls, or --service submission.');
  }
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (match === null || !(port >= 1 && port <= 65_535)) {
    throw new UsageError(
      'Say HOST:PORT with a port from 1 to 65535; an IPv6 address stands in brackets, as in [::1]:993.',
    );
  }
  return { service, tlsMode, port, host: match[1] === undefined ? readHost(match[2] ?? '') : readAddress(match[1]) };
}

function readHost(text: string): string {
  const address = parseIpAddress(text);
  if (address.ok) return formatIpAddress(address.value);
  const name = parseHostName(text);
  if (!name.ok) throw new UsageError(name.error);
  return name.value.ascii;
}

function readAddress(text: string): string {
  const address = parseIpAddress(text);
  if (!address.ok) throw new UsageError('An address is written as 192.0.2.1 or 2001:db8::1.');
  return formatIpAddress(address.value);
}

/** @throws Refusal when settings are wrong. */
async function observe(
  { target, address }: { readonly target: EndpointTarget; readonly address: string | null },
  { env, err, signal }: CommandContext,
): Promise<EndpointObservation> {
  const settings = readSettingsOrRefuse(env);
  const servers = await chooseResolvers(settings.resolver);
  if (!servers.ok) throw new Refusal(servers.error);
  const trust = await createTrustStore({ caFile: settings.caFile });
  if (!trust.ok) throw new Refusal(trust.error);
  const lookup = { servers: servers.value, timeoutMs: lookupTimeoutMs, signal };
  return probeEndpoint({
    target,
    ...(address === null ? {} : { address }),
    query: createQuery(lookup),
    resolverPassesSignatures: createSignatureProbe(lookup),
    dial: createStoppableDial(settings, signal),
    // One run holds one connection an address; only workers have others to reckon with.
    limit: async (_address, _deadline, work) => work(),
    trust: trust.value,
    clock: { now: () => Date.now() },
    vantage: settings.vantage,
    onProgress: (progress) => err(describeProgress(progress, target)),
  });
}

/** The one dialler, whose connections end when the person stops the command. */
function createStoppableDial({ allowAddresses }: Settings, signal: AbortSignal): Dial {
  const blocks = allowAddresses.flatMap((text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  });
  const dial = createDial({ guard: createAddressGuard(blocks) });
  return async (to) => {
    const connection = await dial(to);
    if (connection.ok) {
      const { facts: socket } = connection;
      const stop = () => socket.destroy();
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      socket.once('close', () => signal.removeEventListener('abort', stop));
    }
    return connection;
  };
}

function describeProgress(progress: EndpointProgress, { host }: EndpointTarget): string {
  if (progress.kind === 'session') {
    const { session, done, total } = progress;
    return `[${done}/${total}] ${session.address}: ${describeOutcome(session)}`;
  }
  const { addresses } = progress;
  return addresses.ok
    ? `${host}: ${addresses.facts.list.join(', ')}`
    : `${host}: ${describeFailure(addresses.failure)}`;
}

function conclude({ observation, findings }: ProbeReport, { err }: CommandContext): ExitStatus {
  const { endpoint, addresses, sessions } = observation;
  if (!addresses.ok) {
    err(`Could not look: ${endpoint.host} has no address to connect to (${describeFailure(addresses.failure)}).`);
    return 2;
  }
  if (sessions.every((session) => standingOf(endpoint, session) === 'held')) {
    for (const session of sessions) err(`Could not look at ${session.address}: ${describeOutcome(session)}`);
    return 2;
  }
  return findings.some(({ verdict }) => verdict !== 'info') ? 1 : 0;
}
