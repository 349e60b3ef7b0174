import { z } from 'zod';
import { judgeScan } from '#lib/checks/registry.ts';
import { undeclared } from '#lib/model/declaration.ts';
import { scanReportSchema, type ScanReport } from '#lib/model/scan-schema.ts';
import { createAddressTurns } from '#workers/probes/address-turns.ts';
import { probeEndpoint } from '#workers/probes/endpoint.ts';
import { scanEndpoint } from '#workers/probes/scan.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { readEndpointTarget, readIpAddress, usualTlsMode } from '../endpoint-target.ts';
import { jsonText } from '../json-text.ts';
import { openProbes } from '../open-probes.ts';
import { createScanReport, describeScan, describeScanOutcome } from '../scan-report.ts';
import { parseArguments } from '../usage-error.ts';

const usage = `Usage: latchwatch scan HOST:PORT --service SERVICE [--tls MODE] [--address IP] [--json]
                       [--client-command] [--injection]
       latchwatch scan --schema

Looks closely at one mail service, at every address of its host: versions of TLS and SSL,
weak cipher suites, the certificate of each key type and without SNI, whether a client
certificate is asked for, how the server closes, whether several servers answer behind one
address. It makes about 20 connections an address, one after the other, never logs in and
sends no mail. Needs no database. Ask for it only where you may.

  --service         imap, pop3, submission, smtp (on MX hosts) or sieve
  --tls             implicit (TLS from the first byte) or starttls; not needed for the usual ports
  --address         look at this address of the host only, and do not ask DNS for the others
  --client-command  try the SMTP command CLIENT of the draft, well and badly formed (submission)
  --injection       try whether a harmless command sent before TLS is obeyed inside TLS (STARTTLS)
  --json            print all that was seen and found as JSON, and nothing else, on standard output
  --schema          print the JSON schema of that and look at nothing

The settings of latchwatch probe count here too.
Exit status: 0 all is well; 1 something is wrong; 2 wrong usage, or there was nothing to look
at: the name has no address, or no address could be talked to.`;

/** `latchwatch scan HOST:PORT` */
export const scanCommand: Command = {
  name: 'scan',
  summary: 'Look closely at one mail service: versions, suites, keys',
  usage,
  run: async (context) => {
    const { values, positionals } = parseArguments({
      args: [...context.args],
      options: {
        service: { type: 'string' },
        tls: { type: 'string' },
        address: { type: 'string' },
        'client-command': { type: 'boolean' },
        injection: { type: 'boolean' },
        json: { type: 'boolean' },
        schema: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (values.schema === true) {
      context.out(JSON.stringify(z.toJSONSchema(scanReportSchema), null, 2));
      return 0;
    }
    const tls = values.tls ?? usualTlsMode(positionals[0], values.service);
    const target = readEndpointTarget(positionals, { service: values.service, tls });
    const address = values.address === undefined ? null : readIpAddress(values.address);
    const probes = await openProbes(context);
    const latest = await probeEndpoint({ ...probes, target, ...(address === null ? {} : { address }) });
    const observation = await scanEndpoint({
      ...probes,
      target,
      latest,
      declaration: {
        ...undeclared,
        address,
        tryClientCommand: values['client-command'] === true,
        tryInjection: values.injection === true,
      },
      turns: createAddressTurns(),
      onProgress: ({ scan, done, total }) =>
        context.err(`[${done}/${total}] ${scan.address}: ${describeScanOutcome(scan)}`),
    });
    if (context.signal.aborted) {
      context.err('Stopped before everything was seen.');
      return 2;
    }
    const report = createScanReport(observation, judgeScan(observation, { now: Date.now() }));
    if (values.json === true) context.out(jsonText(report));
    else for (const line of describeScan(report)) context.out(line);
    return conclude(report, context);
  },
};

function conclude({ observation, findings }: ScanReport, { err }: CommandContext): ExitStatus {
  const { endpoint, addresses } = observation;
  if (addresses.length === 0) {
    err(`Could not look: ${endpoint.host} has no address to connect to.`);
    return 2;
  }
  if (addresses.every(({ failure, repeated }) => failure !== null && repeated.length === 0)) {
    err('Could not look: no address let itself be scanned.');
    return 2;
  }
  return findings.some(({ verdict }) => verdict !== 'info') ? 1 : 0;
}
