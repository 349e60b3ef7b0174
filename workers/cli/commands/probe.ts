import { z } from 'zod';
import { judgeEndpoint } from '#lib/checks/registry.ts';
import { probeReportSchema, type ProbeReport } from '#lib/model/probe-schema.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { readEndpointTarget, readIpAddress } from '../endpoint-target.ts';
import { jsonText } from '../json-text.ts';
import { observeEndpoint, whyNotLooked } from '../observe-endpoint.ts';
import { createProbeReport, describeProbe } from '../probe-report.ts';
import { parseArguments } from '../usage-error.ts';

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

Settings that count: LATCHWATCH_RESOLVER, LATCHWATCH_ROOT_HINTS, LATCHWATCH_TRUST_ANCHORS, LATCHWATCH_CA_FILE, LATCHWATCH_ALLOW_ADDRESSES
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
    const target = readEndpointTarget(positionals, values);
    const address = values.address === undefined ? null : readIpAddress(values.address);
    const observation = await observeEndpoint({ target, address }, context);
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

function conclude({ observation, findings }: ProbeReport, { err }: CommandContext): ExitStatus {
  const reasons = whyNotLooked(observation);
  for (const reason of reasons) err(reason);
  if (reasons.length > 0) return 2;
  return findings.some(({ verdict }) => verdict !== 'info') ? 1 : 0;
}
