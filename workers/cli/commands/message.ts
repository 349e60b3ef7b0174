import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { describeFinding, judgeMessage } from '#lib/checks/registry.ts';
import { showText } from '#lib/checks/wording.ts';
import { parseDomainName } from '#lib/model/domain-name.ts';
import type { MessageObservation } from '#lib/model/message-observation.ts';
import { messageReportSchema, type MessageReport } from '#lib/model/message-schema.ts';
import { Refusal } from '#workers/database/refusal.ts';
import { readMailboxes, type TestMailbox } from '#workers/mailboxes.ts';
import { exchangeMessage } from '#workers/probes/message.ts';
import { readTrustedCertificates } from '#workers/trusted-certificates.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { jsonText } from '../json-text.ts';
import { openProbes } from '../open-probes.ts';
import { parseArguments, UsageError } from '../usage-error.ts';

const usage = `Usage: latchwatch message DOMAIN [--json]
       latchwatch message --schema

Sends a test message from an account to itself, waits up to two minutes for it, reads its
trace (the Received fields) and takes it away again. The account of the domain stands in the
file that LATCHWATCH_MAILBOXES names; a worker with that file does the same once a day. The
password is sent only to servers whose certificate is trusted and has their name.

  --json     print all that was seen and found as JSON, and nothing else, on standard output
  --schema   print the JSON schema of that and send nothing

Settings that count: LATCHWATCH_MAILBOXES, LATCHWATCH_RESOLVER, LATCHWATCH_ROOT_HINTS, LATCHWATCH_TRUST_ANCHORS,
LATCHWATCH_CA_FILE, LATCHWATCH_ALLOW_ADDRESSES and LATCHWATCH_VANTAGE.
Exit status: 0 it arrived and all is well; 1 something is wrong; 2 wrong usage, or nobody
could tell because there was no connection.`;

/** `latchwatch message DOMAIN` */
export const messageCommand: Command = {
  name: 'message',
  summary: 'Send a test message, find it in its mailbox and read its trace',
  usage,
  run: async (context) => {
    const { values, positionals } = parseArguments({
      args: [...context.args],
      options: { json: { type: 'boolean' }, schema: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (values.schema === true) {
      context.out(JSON.stringify(z.toJSONSchema(messageReportSchema), null, 2));
      return 0;
    }
    const [text, ...more] = positionals;
    if (text === undefined) throw new UsageError('Say which domain to test.');
    if (more.length > 0) throw new UsageError('Say one domain; each run tests one.');
    const domain = parseDomainName(text);
    if (!domain.ok) throw new UsageError(domain.error);
    const observation = await send(domain.value.ascii, context);
    if (context.signal.aborted) {
      context.err('Stopped before the message was found: it may stay in the mailbox.');
      return 2;
    }
    const report = createReport(observation);
    if (values.json === true) context.out(jsonText(report));
    else for (const line of describe(report)) context.out(line);
    return conclude(report, context);
  },
};

async function send(domain: string, context: CommandContext): Promise<MessageObservation> {
  const probes = await openProbes(context);
  const mailbox = await findMailbox(domain, probes.settings.mailboxesFile);
  const trusted = await readTrustedCertificates(probes.settings.caFile);
  return exchangeMessage({ ...probes, mailbox, trusted, newId: () => randomUUID() });
}

/** @throws Refusal with what is missing. */
async function findMailbox(domain: string, file: string | null): Promise<TestMailbox> {
  if (file === null)
    throw new Refusal('LATCHWATCH_MAILBOXES is not set: it names the file of accounts for test messages.');
  const mailboxes = await readMailboxes(file);
  if (!mailboxes.ok) throw new Refusal(mailboxes.error);
  const mailbox = mailboxes.value.find((item) => item.domain === domain);
  if (mailbox === undefined) throw new Refusal(`${file} has no account for ${domain}.`);
  return mailbox;
}

function createReport(observation: MessageObservation): MessageReport {
  const findings = judgeMessage(observation, { now: observation.finishedAt }).flatMap((judgement) => {
    const { code, verdict } = judgement;
    const fires = verdict === 'info' || verdict === 'warn' || verdict === 'fail' || verdict === 'crit';
    return fires ? [{ code, verdict, ...describeFinding(judgement) }] : [];
  });
  return messageReportSchema.parse({ schema_version: 1, observation, findings });
}

function describe({ observation, findings }: MessageReport): readonly string[] {
  const { sent, found, removed, submission, mailbox } = observation;
  const received = found?.ok === true && found.facts !== null ? found.facts : null;
  return [
    sent.ok ? `${submission} took the message` : `${submission}: ${showText(sent.failure.said, 300)}`,
    ...(found?.ok === false ? [`${mailbox}: ${showText(found.failure.said, 300)}`] : []),
    ...(received === null
      ? []
      : [
          `${mailbox} had it after ${(received.afterMs / 1000).toFixed(1)} s; ${removed === true ? 'it was taken away again' : 'it is still there'}`,
          ...received.received.map((field) => `  Received: ${showText(field, 500)}`),
        ]),
    ...findings.flatMap(({ verdict, title, got, fix }) => [`${verdict}: ${title}`, `  got: ${got}`, `  to do: ${fix}`]),
  ];
}

function conclude({ observation: { sent, found }, findings }: MessageReport, { err }: CommandContext): ExitStatus {
  const unseen =
    !sent.ok && !sent.failure.refused ? sent : found?.ok === false && !found.failure.refused ? found : null;
  if (unseen !== null) {
    err(`Could not tell: ${showText(unseen.failure.said, 300)}`);
    return 2;
  }
  return findings.some(({ verdict }) => verdict !== 'info') ? 1 : 0;
}
