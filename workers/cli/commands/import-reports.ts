import { createHash } from 'node:crypto';
import { showText } from '#lib/checks/wording.ts';
import { errorText } from '#lib/error-text.ts';
import { createLogReader, type LogReader } from '#lib/reports/log-reader.ts';
import { readReportBody, type AcceptedItem, type ReadBody, type RejectedItem } from '#lib/reports/read-body.ts';
import type { Database } from '#prisma/client.ts';
import { listSources, type SourceSummary } from '#prisma/commands/report-sources.ts';
import { openDatabase } from '#prisma/client.ts';
import { useDatabase } from '#workers/database/use-database.ts';
import { foreignHost, isForeign } from '#workers/ingest/log-intake.ts';
import { openOwnAddresses } from '#workers/store/census/own-addresses.ts';
import { openCensusStore, type CensusStore } from '#workers/store/census/census-store.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { importDocument } from '../import-document.ts';
import { readPseudonymKeysOrRefuse } from '../read-pseudonym-keys.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { readReportFile, type FileChunk } from '../report-file.ts';
import { parseArguments, UsageError } from '../usage-error.ts';

const usage = `Usage: latchwatch import-reports FILE --source ID

Takes what a file tells of clients into the census: items or events as NDJSON or a JSON array,
or a log of Dovecot or Postfix; each also packed with gzip. Takes a TLS report of another
provider (RFC 8460) as well, alone or in the mail it came with, and a bounce that names a latch.

  --source ID   the source that the reports count as; latchwatch source list shows them

Says each line that is refused, and why. The same file a second time changes nothing. Works
while Latchwatch runs and while it does not; LATCHWATCH_PSEUDONYM_KEYS, or the keys in
LATCHWATCH_DATA, must be what ingest has.

Exit status: 0 all was taken, 1 lines were refused, 2 the file or the source cannot be used.`;

const maxShownErrors = 1000;
const longestDetail = 400;

interface Totals {
  taken: number;
  known: number;
  refused: number;
}

function readChunk(chunk: FileChunk, { read, now }: { readonly read: LogReader; readonly now: number }): ReadBody {
  if (chunk.kind !== 'log') return readReportBody(Buffer.concat(withLineFeeds(chunk.lines)), { contentType: '', now });
  const reports: AcceptedItem[] = [];
  const rejected: RejectedItem[] = [];
  const zoneOffsetMinutes = -new Date(now).getTimezoneOffset();
  chunk.lines.forEach((line, index) => {
    const outcome = read(line.toString('utf8').trimEnd(), { now, zoneOffsetMinutes });
    if (outcome.kind === 'report') reports.push({ index, id: outcome.id, report: outcome.report });
    if (outcome.kind === 'rejected') rejected.push({ index, pointer: outcome.pointer, detail: outcome.detail });
  });
  return { reports, rejected };
}

function withLineFeeds(lines: readonly Buffer[]): readonly Buffer[] {
  return lines.flatMap((line) => [line, Buffer.from('\n')]);
}

/** Of the lines and their place: a file that repeats itself repeats what it counts. */
function nameOf(chunk: FileChunk): string {
  const hash = createHash('sha256').update(String(chunk.lineNumbers[0]));
  for (const line of withLineFeeds(chunk.lines)) hash.update(line);
  return `import ${hash.digest('base64url')}`;
}

async function findSource(db: Database, id: string): Promise<SourceSummary> {
  const source = (await listSources(db)).find((one) => one.id === id);
  if (source === undefined) throw new UsageError(`There is no source ${id}; latchwatch source list shows them.`);
  if (source.revokedAt !== null) throw new UsageError(`The source ${id} was revoked.`);
  return source;
}

async function importFile(
  path: string,
  {
    store,
    source,
    context,
  }: { readonly store: CensusStore; readonly source: SourceSummary; readonly context: CommandContext },
): Promise<Totals> {
  const totals: Totals = { taken: 0, known: 0, refused: 0 };
  const [host = null] = source.hosts.length === 1 ? source.hosts : [];
  const read = createLogReader({ host });
  const now = Date.now();
  for await (const chunk of readReportFile(path)) {
    if (context.signal.aborted) throw new UsageError('Stopped; what was taken so far stays.');
    const { reports, rejected } = readChunk(chunk, { read, now });
    const own = reports.filter(({ report }) => !isForeign(report, source));
    const foreign = reports.flatMap(({ index, report }) =>
      isForeign(report, source) ? [{ index, ...foreignHost }] : [],
    );
    const refused = [...rejected, ...foreign].toSorted((a, b) => a.index - b.index);
    for (const { index, pointer, detail } of refused) {
      totals.refused += 1;
      if (totals.refused > maxShownErrors) continue;
      const place = chunk.kind === 'array' ? `item ${String(index + 1)}` : `line ${String(chunk.lineNumbers[index])}`;
      context.out(showText(`${place}: ${pointer === '' ? '' : `${pointer}: `}${detail}`, longestDetail));
    }
    if (own.length + refused.length === 0) continue;
    const batch = { reports: own.map(({ report }) => report), rejected: refused };
    const [answer] = await store.commit([{ source: source.number, batchId: nameOf(chunk), ...batch }]);
    totals.taken += answer?.accepted ?? 0;
    totals.known += answer?.duplicate ?? 0;
  }
  return totals;
}

/** `latchwatch import-reports` */
export const importReportsCommand: Command = {
  name: 'import-reports',
  summary: 'Take reports of clients from a file: items, events or a log',
  usage,
  run: async (context): Promise<ExitStatus> => {
    const { values, positionals } = parseArguments({
      args: [...context.args],
      options: { source: { type: 'string' } },
      allowPositionals: true,
    });
    const [path, ...more] = positionals;
    const { source: id } = values;
    if (path === undefined || more.length > 0) throw new UsageError('Name the one file.');
    if (id === undefined) throw new UsageError('Say with --source which source the reports count as.');
    const settings = readSettingsOrRefuse(context.env);
    const keys = readPseudonymKeysOrRefuse(settings);
    const totals = await useDatabase(settings, async (databaseUrl) => {
      const db = openDatabase(databaseUrl, 1);
      const own = openOwnAddresses(databaseUrl, { probeAddresses: settings.probeAddresses, now: Date.now });
      const store = openCensusStore({ databaseUrl, keys, own, now: Date.now });
      try {
        const source = await findSource(db, id);
        const document = await importDocument(path, { store, source: source.number });
        if (document !== null) return { ...document, refused: 0 };
        return await importFile(path, { store, source, context });
      } catch (error) {
        if (error instanceof UsageError) throw error;
        throw new UsageError(`${path} was not taken to its end: ${errorText(error)}.`, { cause: error });
      } finally {
        await store.close();
        await own.close();
        await db.$disconnect();
      }
    });
    const { taken, known, refused } = totals;
    const hidden = refused > maxShownErrors ? ` (the first ${String(maxShownErrors)} are listed)` : '';
    context.err(`${String(taken)} reports taken, ${String(known)} known already, ${String(refused)} refused${hidden}.`);
    return refused > 0 ? 1 : 0;
  },
};
