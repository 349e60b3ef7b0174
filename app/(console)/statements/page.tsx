import type { Metadata } from 'next';
import { allFindings } from '#lib/checks/registry.ts';
import { codesOfRow, draftStatements } from '#lib/draft/statements.ts';
import { StatementTable } from '#components/statement-table.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { requirePerson } from '#app/_auth/session.ts';

export const metadata: Metadata = { title: 'Statements of the draft' };

/** What stays the same as long as this process runs. */
const items = draftStatements.map((statement) => ({ statement, codes: codesOfRow(statement.row, allFindings) }));

export default async function StatementsPage() {
  await requirePerson();
  return (
    <>
      <PageHeader
        above={
          <Link href="/findings" className="link">
            Findings
          </Link>
        }
        title="Statements of the draft"
      >
        What draft-ietf-uta-email-deep-00 asks for, in our words, what became of it, and which findings speak of it.
      </PageHeader>
      <Panel title="Statements" flush aside={String(items.length)}>
        <StatementTable items={items} />
      </Panel>
    </>
  );
}
