import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { TextArea } from './ui/field.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

export interface GivenCertificateItem {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly givenBy: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly givenAt: number;
}

export interface GivenCertificatesProps {
  readonly endpointId: string;
  readonly items: readonly GivenCertificateItem[];
  /** Null: this person may only look. */
  readonly actions: { readonly give: FormAction; readonly forget: FormAction } | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Certificates that operators say are the ones to show, and the form to give one. */
export function GivenCertificates({ endpointId, items, actions, now }: GivenCertificatesProps) {
  return (
    <div className="divide-y divide-line">
      {items.length === 0 ? null : <GivenTable {...{ endpointId, items, actions, now }} />}
      {actions === null ? null : (
        <div className="p-4">
          <ActionForm action={actions.give} hidden={{ endpointId }} label="Give a renewed certificate">
            <TextArea
              name="certificate"
              label="Paste the renewed certificate (PEM)"
              hint="The certificate or its chain, never the key. Wherever an older one is still shown, a server was not reloaded."
              placeholder="-----BEGIN CERTIFICATE-----"
              required
            />
            <div className="mt-3">
              <SubmitButton pendingText="Keeping…">Compare with what is shown</SubmitButton>
            </div>
          </ActionForm>
        </div>
      )}
    </div>
  );
}

function GivenTable({ endpointId, items, actions, now }: GivenCertificatesProps) {
  return (
    <DataTable caption="Certificates given by operators" columns={['Certificate', 'Valid', 'Given', '']}>
      {items.map((item) => (
        <tr key={item.fingerprint}>
          <Cell>
            <span className="block min-w-48 text-sm">
              <ForeignText text={item.subject === '' ? '(empty)' : item.subject} maxLength={300} />
              <span className="block text-xs text-muted">
                by <ForeignText text={item.issuer} maxLength={300} />
              </span>
              <span className="block font-mono text-2xs text-muted" title={item.fingerprint}>
                SHA-256 {item.fingerprint.slice(0, 16)}…
              </span>
            </span>
          </Cell>
          <Cell>
            <span className="block text-sm">
              <TimeStamp at={item.notBefore} now={now} form="absolute" />
              <br />
              <TimeStamp at={item.notAfter} now={now} form="absolute" />
            </span>
          </Cell>
          <Cell>
            <span className="block text-sm">
              <TimeStamp at={item.givenAt} now={now} />
              <br />
              <ForeignText text={item.givenBy} maxLength={200} />
            </span>
          </Cell>
          <Cell>
            {actions === null ? null : (
              <ActionForm
                action={actions.forget}
                hidden={{ endpointId, fingerprint: item.fingerprint }}
                label={`Take back ${item.fingerprint.slice(0, 8)}`}
              >
                <SubmitButton pendingText="Taking back…">Take back</SubmitButton>
              </ActionForm>
            )}
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
