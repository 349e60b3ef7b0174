import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { listDeclaredFacts } from '#lib/model/declaration-fields.ts';
import { findServiceRow } from '#lib/model/endpoint.ts';
import { DeclarationForm } from '#components/declaration-form.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { declareAction } from '#app/_actions/declarations.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { findDeclaration } from '#app/_queries/declarations.ts';
import { findEndpoint } from '#app/_queries/endpoints.ts';

export const metadata: Metadata = { title: 'Declared facts' };

export default async function DeclarationPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const person = await requirePerson();
  const now = new Date();
  const endpoint = await findEndpoint((await params).id, now);
  if (endpoint === null) notFound();
  const { declaration } = await findDeclaration(endpoint.id, now);
  const place = `${endpoint.host}:${endpoint.port}`;
  return (
    <>
      <PageHeader
        above={
          <Link href={`/endpoints/${endpoint.id}`} className="link font-mono">
            <ForeignText text={place} />
          </Link>
        }
        title="Declared facts"
      >
        {findServiceRow(endpoint.service, endpoint.tlsMode)?.title ?? endpoint.service}
      </PageHeader>
      <Panel title="What you say of this endpoint">
        {personMay(person, 'inventory:write') ? (
          <DeclarationForm action={declareAction} endpointId={endpoint.id} facts={listDeclaredFacts(declaration)} />
        ) : (
          <p className="text-muted">Your role is {person.role}: it may not declare anything.</p>
        )}
      </Panel>
    </>
  );
}
