import { z } from 'zod';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { rejudgeReportSchema } from '#lib/model/rejudge-schema.ts';
import { openDatabase } from '#prisma/client.ts';
import { useDatabase } from '#workers/database/use-database.ts';
import { rejudge, todaysJudges } from '#workers/store/rejudge.ts';
import type { Command } from '../command.ts';
import { jsonText } from '../json-text.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { describeRejudge } from '../rejudge-report.ts';
import { parseArguments, UsageError } from '../usage-error.ts';

const usage = `Usage: latchwatch rejudge --since TIME [--domain DOMAIN] [--json]
       latchwatch rejudge --schema

Judges what was seen since a time again, with the checks of this version, and says where they
find something else than was found then: more, less, or with another verdict. Changes nothing.
Between two changes one kept run stands for all, and is judged at the begin and at the end.

  --since    2026-11-24T04:00:00Z, or how long ago: 24h, 7d
  --domain   only this domain, its endpoints and its zones
  --json     print the same as JSON, and nothing else, on standard output
  --schema   print the JSON schema of that and judge nothing

What hangs on more than one run (what an endpoint was like before, what other servers showed)
is left out. Works while Latchwatch runs and while it does not.
Exit status: 0 no difference; 1 differences; 2 wrong usage, or something could not be judged.`;

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const instant = z.iso.datetime({ offset: true });

/** `24h`, or a time of RFC 3339. @throws UsageError */
export function readSince(text: string, now: number): Date {
  const parts = /^([1-9]\d{0,5})([mhd])$/.exec(text);
  const ago = Number(parts?.[1] ?? NaN) * (unitMs[parts?.[2] ?? ''] ?? NaN);
  const at = parts === null && instant.safeParse(text).success ? Date.parse(text) : now - ago;
  if (at >= 0 && at <= now) return new Date(at);
  throw new UsageError(`--since ${text} is not a time before now: write it like 2026-11-24T04:00:00Z, 24h or 7d.`);
}

function readDomain(text: string): string {
  const name = parseDomainName(text);
  if (name.ok) return name.value.ascii;
  throw new UsageError(`--domain ${text} is not a domain name.`);
}

/** `latchwatch rejudge` */
export const rejudgeCommand: Command = {
  name: 'rejudge',
  summary: 'Run today’s checks over what was seen before',
  usage,
  run: async (context) => {
    const { values } = parseArguments({
      args: [...context.args],
      options: {
        since: { type: 'string' },
        domain: { type: 'string' },
        json: { type: 'boolean' },
        schema: { type: 'boolean' },
      },
    });
    if (values.schema === true) {
      context.out(JSON.stringify(z.toJSONSchema(rejudgeReportSchema), null, 2));
      return 0;
    }
    if (values.since === undefined) throw new UsageError('Say with --since from when on.');
    const since = readSince(values.since, Date.now());
    const domain = values.domain === undefined ? null : readDomain(values.domain);
    const mayGoOn = () => !context.signal.aborted;
    const report = await useDatabase(readSettingsOrRefuse(context.env), async (url) => {
      const db = openDatabase(url, 1);
      try {
        return await rejudge(db, { since, domain, judges: todaysJudges, mayGoOn });
      } finally {
        await db.$disconnect();
      }
    });
    if (context.signal.aborted) {
      context.err('Stopped before everything was judged.');
      return 2;
    }
    if (values.json === true) context.out(jsonText(report));
    else for (const line of describeRejudge(report)) context.out(line);
    if (report.judged.runs === 0) {
      context.err(
        domain === null
          ? 'Nothing was kept from that time.'
          : `Nothing of ${domain} was kept from that time: latchwatch discover looks at domains that nobody watches.`,
      );
      return 2;
    }
    if (report.unreadable.length > 0) return 2;
    return report.differences.length > 0 ? 1 : 0;
  },
};
