import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Choice, TextArea } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

const forms = [
  { value: '3 1 1', text: '3 1 1: the key of the server' },
  { value: '2 1 1', text: '2 1 1: the key of its CA' },
  { value: '3 0 1', text: '3 0 1: the whole certificate' },
  { value: '2 0 1', text: '2 0 1: the whole certificate of its CA' },
  { value: '3 1 2', text: '3 1 2: the key of the server, SHA-512' },
];

/** Begins a rollover. */
export function RolloverForm({
  action,
  endpoints,
  cut,
}: {
  readonly action: FormAction;
  /** The first one is chosen. */
  readonly endpoints: readonly { readonly id: string; readonly text: string }[];
  /** True: there are more. */
  readonly cut: boolean;
}) {
  return (
    <ActionForm action={action} label="Start a rollover">
      <div className="max-w-prose space-y-4">
        <Choice
          label="Endpoint"
          name="endpointId"
          options={endpoints.map(({ id, text }) => ({ value: id, text }))}
          hint={
            cut
              ? 'The first of those that have TLSA records. The page of any other one leads here, to it.'
              : 'Those that have TLSA records.'
          }
        />
        <TextArea
          label="The next key"
          name="pem"
          required
          maxLength={65_536}
          placeholder="-----BEGIN CERTIFICATE REQUEST-----"
          hint="A signing request, a certificate or a public key in PEM. Never the private key: it is refused and not kept."
        />
        <Choice
          label="Record"
          name="form"
          options={forms}
          hint="3 1 1 for a server with a key of its own. 2 1 1 only for a CA that is yours: public ones change their intermediates without a word."
        />
        <SubmitButton kind="primary" pendingText="Starting…">
          Start
        </SubmitButton>
      </div>
    </ActionForm>
  );
}
