import type { Metadata } from 'next';
import { archiveTone, backupSummary, backupTone } from '#components/backup-standing.ts';
import { CommandList } from '#components/command-list.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Cell, DataTable } from '#components/ui/data-table.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { byteSize } from '#lib/model/byte-size.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { readBackupStanding } from '#app/_queries/backup-standing.ts';

export const metadata: Metadata = { title: 'Backup' };

const words = { ok: 'Fresh', warn: 'Late', fail: 'Too old' } as const;

export default async function BackupPage() {
  const person = await requirePerson();
  const above = (
    <Link href="/settings" className="link">
      Settings
    </Link>
  );
  if (!personMay(person, 'settings:manage')) {
    return (
      <>
        <PageHeader title="Backup" above={above} />
        <Banner tone="warn">Only an administrator may see it. Your role is {person.role}.</Banner>
      </>
    );
  }
  const now = new Date().getTime();
  const standing = await readBackupStanding();
  const { told, archiving, standbys, databaseBytes } = standing;
  const summary = backupSummary(standing, now);
  return (
    <>
      <PageHeader title="Backup" above={above}>
        Latchwatch makes no backups. It shows what yours say of themselves, and what Postgres tells.
      </PageHeader>
      <div className="space-y-6">
        <Banner tone={summary.tone}>{summary.text}</Banner>
        <Panel title="Backups that told us" flush>
          {told.length === 0 ? (
            <EmptyState title="None has yet">
              Put <code className="font-mono">latchwatch backup-done</code> at the end of the script that makes yours. A
              backup that stops then shows here, and in the metrics.
            </EmptyState>
          ) : (
            <DataTable caption="Backups" columns={['Backup', 'State', 'Said it was done', 'Note']}>
              {told.map(({ name, at, note }) => {
                const tone = backupTone(at, now);
                return (
                  <tr key={name}>
                    <Cell mono>{name}</Cell>
                    <Cell>
                      <ToneLabel tone={tone}>{words[tone]}</ToneLabel>
                    </Cell>
                    <Cell>
                      <TimeStamp at={at} now={now} />
                    </Cell>
                    <Cell>
                      <ForeignText text={note} maxLength={200} />
                    </Cell>
                  </tr>
                );
              })}
            </DataTable>
          )}
        </Panel>
        <Panel title="What Postgres tells">
          <Facts
            facts={[
              { name: 'Size of the database', value: byteSize(databaseBytes) },
              {
                name: 'Archive of the write-ahead log',
                value:
                  archiving === null ? (
                    'Off: between two backups everything can be lost.'
                  ) : (
                    <>
                      <ToneLabel tone={archiveTone(archiving)}>
                        {archiveTone(archiving) === 'fail'
                          ? 'Fails'
                          : archiving.archivedAt === null
                            ? 'Nothing yet'
                            : 'Works'}
                      </ToneLabel>{' '}
                      {archiving.archivedAt === null ? null : <TimeStamp at={archiving.archivedAt} now={now} />}
                      {archiving.failedAt === null ? null : (
                        <>
                          {' '}
                          Failed {archiving.failures} times, last <TimeStamp at={archiving.failedAt} now={now} />.
                        </>
                      )}
                    </>
                  ),
              },
              {
                name: 'Standby servers',
                value:
                  standbys === 0
                    ? 'None that we can see. A standby is no backup: it repeats mistakes.'
                    : String(standbys),
              },
            ]}
          />
        </Panel>
        <Panel title="How to">
          <div className="max-w-prose space-y-4">
            <p>
              A database of your own: dump it with the tools of its version, as a last line tell us. The keys of account
              pseudonyms and LATCHWATCH_SECRET are not in it: keep them apart, or accounts cannot be found any more.
            </p>
            <CommandList
              commands={[
                'pg_dump --format=custom --file=/backup/latchwatch.dump "$DATABASE_URL" && latchwatch backup-done --note /backup/latchwatch.dump',
              ]}
            />
            <p>
              The built-in Postgres: stop Latchwatch, copy its whole data folder, start it. Once a quarter restore a
              copy elsewhere and sign in to it: a backup that nobody restored is a hope.
            </p>
          </div>
        </Panel>
      </div>
    </>
  );
}
