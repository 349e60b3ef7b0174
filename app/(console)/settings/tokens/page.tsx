import type { Metadata } from 'next';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Cell, DataTable } from '#components/ui/data-table.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Choice, Field } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import type { TokenSummary } from '#prisma/commands/tokens.ts';
import { listTokens, tokenScopes } from '#prisma/commands/tokens.ts';
import { createTokenAction, revokeTokenAction } from '#app/_actions/tokens.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { database } from '#app/_queries/database.ts';

export const metadata: Metadata = { title: 'Tokens' };

const lifetimes = [
  { value: '365', text: 'One year' },
  { value: '90', text: '90 days' },
  { value: '0', text: 'Until it is revoked' },
];

function TokenState({ token, now }: { readonly token: TokenSummary; readonly now: number }) {
  if (token.revokedAt !== null) {
    return (
      <>
        revoked <TimeStamp at={token.revokedAt.getTime()} now={now} form="relative" />
      </>
    );
  }
  if (token.expiresAt === null) return 'good until revoked';
  return (
    <>
      {token.expiresAt.getTime() <= now ? 'expired ' : 'expires '}
      <TimeStamp at={token.expiresAt.getTime()} now={now} form="relative" />
    </>
  );
}

export default async function TokensPage() {
  const person = await requirePerson();
  if (!personMay(person, 'tokens:manage')) {
    return (
      <>
        <PageHeader title="Tokens" />
        <Banner tone="warn">Only an administrator may see and make tokens. Your role is {person.role}.</Banner>
      </>
    );
  }
  const now = new Date().getTime();
  const tokens = await listTokens(database());
  return (
    <>
      <PageHeader title="Tokens">With a token, a program may use the API. Only its fingerprint is kept.</PageHeader>
      <div className="space-y-6">
        <Panel title="Make a token">
          <ActionForm action={createTokenAction} label="Make a token">
            <div className="space-y-4">
              <div className="flex flex-wrap items-end gap-3">
                <Field
                  label="Who uses it"
                  name="name"
                  placeholder="ticket system"
                  maxLength={100}
                  required
                  autoComplete="off"
                />
                <Choice label="Good for" name="days" options={lifetimes} />
              </div>
              <fieldset>
                <legend className="mb-1 text-sm font-medium">What it may do</legend>
                <div className="flex flex-wrap gap-x-5 gap-y-1">
                  {tokenScopes.map((scope) => (
                    <label key={scope} className="inline-flex min-h-6 cursor-pointer items-center gap-2">
                      <input type="checkbox" name="scope" value={scope} className="size-4 accent-(--accent)" />
                      <code className="font-mono text-sm">{scope}</code>
                    </label>
                  ))}
                </div>
              </fieldset>
              <SubmitButton kind="primary" pendingText="Making…">
                Make the token
              </SubmitButton>
            </div>
          </ActionForm>
        </Panel>
        <Panel title="Tokens" flush>
          {tokens.length === 0 ? (
            <EmptyState title="No token yet">A ticket system that polls the API needs one.</EmptyState>
          ) : (
            <DataTable caption="Tokens" columns={['Name', 'May', 'Made', 'Last used', 'State', 'Change']}>
              {tokens.map((token) => (
                <tr key={token.id}>
                  <Cell>
                    <ForeignText text={token.name} maxLength={100} />
                  </Cell>
                  <Cell mono>{token.scopes.join(', ')}</Cell>
                  <Cell>
                    <TimeStamp at={token.createdAt.getTime()} now={now} form="relative" /> by{' '}
                    <ForeignText text={token.createdBy} maxLength={100} />
                  </Cell>
                  <Cell>
                    {token.lastUsedAt === null ? (
                      <span className="text-muted">never</span>
                    ) : (
                      <TimeStamp at={token.lastUsedAt.getTime()} now={now} form="relative" />
                    )}
                  </Cell>
                  <Cell>
                    <TokenState token={token} now={now} />
                  </Cell>
                  <Cell>
                    {token.revokedAt !== null ? null : (
                      <ActionForm
                        action={revokeTokenAction}
                        hidden={{ tokenId: token.id }}
                        label={`Revoke ${token.name}`}
                      >
                        <SubmitButton kind="danger">Revoke</SubmitButton>
                      </ActionForm>
                    )}
                  </Cell>
                </tr>
              ))}
            </DataTable>
          )}
        </Panel>
      </div>
    </>
  );
}
