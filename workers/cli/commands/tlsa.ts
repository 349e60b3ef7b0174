import { isIP } from 'node:net';
import { z } from 'zod';
import { tlsaReportSchema, type TlsaReport } from '#lib/model/tlsa-schema.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { readEndpointTarget, readIpAddress, usualTlsMode } from '../endpoint-target.ts';
import { jsonText } from '../json-text.ts';
import { observeEndpoint, whyNotLooked } from '../observe-endpoint.ts';
import { describeFailure } from '../probe-report.ts';
import { createTlsaReport, describeTlsaReport } from '../tlsa-report.ts';
import { parseArguments, UsageError } from '../usage-error.ts';

const usage = `Usage: latchwatch tlsa HOST:PORT --service SERVICE [--tls MODE] [--address IP] [--json]
       latchwatch tlsa --schema

Compares the TLSA records of a port (DANE) with the certificates that the server shows now, at
every address of its host and for RSA and ECDSA keys alike: record by record, what it matches,
or why it does not count. Says whether DNSSEC secures the records, and if not, why. Where
there is none, it prints the record to publish. Needs no database.

  --service  imap, pop3, submission, or smtp (on MX hosts, where other rules hold)
  --tls      implicit (TLS from the first byte) or starttls; not needed for the usual ports
  --address  look at this address of the host only, and do not ask DNS for the others
  --json     print the same as JSON, and nothing else, on standard output
  --schema   print the JSON schema of that and look at nothing

The settings of latchwatch probe count here too.
Exit status: 0 all is well; 1 something is wrong; 2 wrong usage, or there was nothing to look
at: no address could be talked to, or nobody answered the question for the records.`;

/** `latchwatch tlsa HOST:PORT` */
export const tlsaCommand: Command = {
  name: 'tlsa',
  summary: 'Compare the TLSA records of a port with the live certificates',
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
      context.out(JSON.stringify(z.toJSONSchema(tlsaReportSchema), null, 2));
      return 0;
    }
    const tls = values.tls ?? usualTlsMode(positionals[0], values.service);
    const target = readEndpointTarget(positionals, { service: values.service, tls });
    if (isIP(target.host) !== 0)
      throw new UsageError('TLSA records belong to names: say a name, and --address beside it.');
    const address = values.address === undefined ? null : readIpAddress(values.address);
    const observation = await observeEndpoint({ target, address }, context);
    if (context.signal.aborted) {
      context.err('Stopped before everything was seen.');
      return 2;
    }
    const report = createTlsaReport(observation, Date.now());
    if (values.json === true) context.out(jsonText(report));
    else for (const line of describeTlsaReport(report)) context.out(line);
    return conclude(observation, report, context);
  },
};

function conclude(observation: EndpointObservation, report: TlsaReport, { err }: CommandContext): ExitStatus {
  const { findings, failure, certificates, owner, unseen } = report;
  const reasons = whyNotLooked(observation);
  for (const reason of reasons) err(reason);
  if (reasons.length > 0) return 2;
  if (findings.some(({ verdict }) => verdict !== 'info')) return 1;
  if (failure !== null) {
    err(`Could not look: nobody answered the question for ${owner} TLSA (${describeFailure(failure)}).`);
    return 2;
  }
  if (certificates.length > 0) return 0;
  const why = unseen.map(
    ({ address, failure: one }) => `${address}: ${one === null ? 'no TLS' : describeFailure(one)}`,
  );
  err(`Could not look: no address shows a certificate (${why.join('; ')}).`);
  return 2;
}
