import type { ChangeOp } from '#lib/planner/change.ts';
import { changeVersions } from '#lib/planner/change.ts';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Field, TextArea } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { buttonLook } from './ui/button-look.ts';

/** What the fields begin with: as the address of the page has them. */
export interface PlanFields {
  readonly hosts: string;
  readonly ports: string;
  readonly versions: readonly string[];
  readonly tag: string;
  readonly records: string;
  readonly zone: string;
  readonly host: string;
  readonly to: string;
  readonly proves: string;
}

/** The fields of one kind of change. Scenarios live in the address of the page; a certificate is too long for that. */
export function PlanForm({
  op,
  fields,
  against,
  keep,
}: {
  readonly op: ChangeOp;
  readonly fields: PlanFields;
  /** The scenario that this one is compared with; null: none. */
  readonly against: string | null;
  /** Answers a change with a certificate and keeps it as a plan; null: the reader may not. */
  readonly keep: FormAction | null;
}) {
  const inputs = <Inputs op={op} fields={fields} />;
  if (op === 'new_certificate' || op === 'new_key') {
    if (keep === null) return <p className="text-muted">Only an operator may plan with a certificate.</p>;
    return (
      <ActionForm action={keep} hidden={{ op }} label="Plan with a certificate">
        <div className="space-y-4">
          {inputs}
          <TextArea
            label={op === 'new_key' ? 'Certificate or public key (PEM)' : 'Certificate with its chain, or the CA (PEM)'}
            name="pem"
            required={op === 'new_certificate'}
            hint={
              op === 'new_key'
                ? 'Leave it empty while the key is not made. Never a private key.'
                : 'Never a private key.'
            }
          />
          <SubmitButton kind="primary" pendingText="Asking…">
            Answer and keep as a plan
          </SubmitButton>
        </div>
      </ActionForm>
    );
  }
  return (
    <form action="/plan" className="space-y-4">
      <input type="hidden" name="op" value={op} />
      {against === null ? null : <input type="hidden" name="against" value={against} />}
      {inputs}
      <button type="submit" className={buttonLook('primary')}>
        What would happen?
      </button>
    </form>
  );
}

function Inputs({ op, fields }: { readonly op: ChangeOp; readonly fields: PlanFields }) {
  switch (op) {
    case 'unsign_zone':
      return <Field label="Zone" name="zone" defaultValue={fields.zone} placeholder="example.org" required />;
    case 'rename_host':
      return (
        <>
          <Field label="Host" name="host" defaultValue={fields.host} placeholder="imap.example.org" required />
          <Field label="New name" name="to" defaultValue={fields.to} placeholder="mail.example.org" required />
        </>
      );
    case 'move_host':
      return (
        <>
          <Field label="Host" name="host" defaultValue={fields.host} placeholder="imap.example.org" required />
          <ProvesInputs fields={fields} what="The other servers" />
        </>
      );
    case 'filter_in_front':
      return (
        <>
          <PlaceInputs fields={fields} />
          <ProvesInputs fields={fields} what="What stands in front" />
        </>
      );
    case 'disable_tls':
      return (
        <>
          <PlaceInputs fields={fields} />
          <Versions legend="Versions that go" fields={fields} />
        </>
      );
    case 'change_tlsa':
      return (
        <>
          <PlaceInputs fields={fields} />
          <TextArea
            label="New records"
            name="records"
            defaultValue={fields.records}
            placeholder="3 1 1 0123…"
            hint="One a line. They take the place of those that stand."
            required
          />
        </>
      );
    case 'stop_advertising':
    case 'advertise':
      return (
        <>
          <Hosts fields={fields} />
          <Field label="Tag" name="tag" defaultValue={fields.tag} placeholder="tls-cert" maxLength={64} required />
        </>
      );
    case 'drop_port':
    case 'drop_starttls':
    case 'drop_tlsa':
    case 'new_certificate':
    case 'new_key':
      return <PlaceInputs fields={fields} isPortNeeded={op === 'drop_port'} />;
  }
}

function Hosts({ fields }: { readonly fields: PlanFields }) {
  return (
    <Field
      label="Hosts"
      name="hosts"
      defaultValue={fields.hosts}
      placeholder="imap.example.org"
      hint="More than one with spaces between."
      required
    />
  );
}

function PlaceInputs({
  fields,
  isPortNeeded = false,
}: {
  readonly fields: PlanFields;
  readonly isPortNeeded?: boolean;
}) {
  return (
    <>
      <Hosts fields={fields} />
      <Field
        label="Ports"
        name="ports"
        defaultValue={fields.ports}
        placeholder={isPortNeeded ? '143' : 'all'}
        hint={isPortNeeded ? 'More than one with spaces between.' : 'Empty: every port of the hosts.'}
        required={isPortNeeded}
      />
    </>
  );
}

function ProvesInputs({ fields, what }: { readonly fields: PlanFields; readonly what: string }) {
  return (
    <>
      <Field
        label="Tags that are proved there"
        name="proves"
        defaultValue={fields.proves}
        placeholder="tls12 tls-cert"
        hint={`${what}, as far as you know. Empty: not known.`}
      />
      <Versions legend="TLS versions there" fields={fields} />
    </>
  );
}

function Versions({ legend, fields }: { readonly legend: string; readonly fields: PlanFields }) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {changeVersions.map((version) => (
          <label key={version} className="flex min-h-9 items-center gap-2">
            <input
              type="checkbox"
              name="versions"
              value={version}
              defaultChecked={fields.versions.includes(version)}
              className="size-4 accent-(--accent)"
            />
            TLS {version}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
