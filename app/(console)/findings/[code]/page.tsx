import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { describeFinding, findFinding } from '#lib/checks/registry.ts';
import { findPackDifference } from '#lib/draft/pack-difference.ts';
import { referenceLink } from '#lib/draft/reference-link.ts';
import { statementsOfRefs } from '#lib/draft/statements.ts';
import { exampleParams, exampleSubject } from '#lib/reproduce/example-subject.ts';
import { reproduce } from '#lib/reproduce/reproduce.ts';
import { CommandList } from '#components/command-list.tsx';
import { LivingList } from '#components/living-list.tsx';
import { StatementList } from '#components/statement-list.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { listLivingFindings } from '#app/_queries/findings.ts';
import { livingItem } from '#app/_queries/living-item.ts';

interface Props {
  readonly params: Promise<{ readonly code: string }>;
}

const maxLiving = 50;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: findFinding((await params).code)?.summary ?? 'Finding' };
}

export default async function CodePage({ params }: Props) {
  await requirePerson();
  const now = new Date().getTime();
  const { code } = await params;
  const definition = findFinding(code);
  if (definition === undefined) notFound();
  const subject = exampleSubject(code);
  const example = { code, subject, params: exampleParams(subject) };
  const text = describeFinding(example);
  const difference = findPackDifference(code);
  const links = definition.refs.flatMap((ref) => referenceLink(ref) ?? []);
  const { findings, next } = await listLivingFindings({
    ...{ code, verdicts: null, host: null, domain: null, after: null },
    limit: maxLiving,
  });
  return (
    <>
      <PageHeader
        above={
          <Link href="/findings" className="link">
            Findings
          </Link>
        }
        title={definition.summary}
      >
        <code className="font-mono text-sm">{code}</code>
      </PageHeader>
      <div className="grid gap-6 xl:grid-cols-[3fr_2fr]">
        <div className="min-w-0 space-y-6">
          <Panel title="What it means for your customers">
            <p className="max-w-prose">{text.meaning}</p>
          </Panel>
          <Panel title="How to fix it">
            <p className="max-w-prose">{text.fix}</p>
          </Panel>
          <Panel title="See for yourself">
            <p className="mb-3 max-w-prose text-muted">
              For an example; each finding has the commands for its own host and address.
            </p>
            <CommandList commands={reproduce(example)} />
          </Panel>
          <Panel title="Where it holds now" flush aside={findings.length === 0 ? undefined : String(findings.length)}>
            {findings.length === 0 ? (
              <EmptyState title="Nowhere">No endpoint, domain or zone that is watched has it.</EmptyState>
            ) : (
              <LivingList items={findings.map(livingItem)} more={next !== null} now={now} />
            )}
          </Panel>
        </div>
        <div className="min-w-0 space-y-6">
          <Panel title="What the rules say">
            <Facts
              facts={
                difference === null
                  ? [{ name: 'Both packs', value: 'The draft of 2015 and current practice judge it alike.' }]
                  : [
                      { name: 'Draft of 2015', value: difference.draft },
                      { name: 'Current practice', value: difference.current },
                    ]
              }
            />
            <p className="mt-3 text-sm text-muted">
              Alerts follow the stricter one, unless somebody has signed an <ExceptionsLink />.
            </p>
          </Panel>
          <Panel title="Statements of the draft">
            <StatementList statements={statementsOfRefs(definition.refs)} />
          </Panel>
          <Panel title="Where it is written">
            <ul className="space-y-1">
              {links.map(({ text: name, url }) => (
                <li key={name}>
                  <a href={url} className="link [overflow-wrap:anywhere]">
                    {name}
                  </a>
                </li>
              ))}
            </ul>
          </Panel>
        </div>
      </div>
    </>
  );
}

function ExceptionsLink() {
  return (
    <Link href="/exceptions" className="link">
      exception
    </Link>
  );
}
