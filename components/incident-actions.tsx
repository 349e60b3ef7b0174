import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { buttonLook } from './ui/button-look.ts';
import { SubmitButton } from './ui/submit-button.tsx';

/** What can be done about an incident at once; null and false: not now, or not by this person. */
export function IncidentActions({
  incidentId,
  probe,
  maySilence,
  acknowledge,
}: {
  readonly incidentId: string;
  readonly probe: { readonly endpointId: string; readonly action: FormAction } | null;
  readonly maySilence: boolean;
  readonly acknowledge: FormAction | null;
}) {
  return (
    <>
      {probe === null ? null : (
        <ActionForm action={probe.action} hidden={{ endpointId: probe.endpointId }} label="Probe now">
          <SubmitButton pendingText="Asking…" shortcut="probe">
            Probe now
          </SubmitButton>
        </ActionForm>
      )}
      {maySilence ? (
        // The form for it is on this page.
        <a href="#silence" className={buttonLook('plain')} data-action="silence">
          Silence
        </a>
      ) : null}
      {acknowledge === null ? null : (
        <ActionForm action={acknowledge} hidden={{ incidentId }} label="Acknowledge">
          <SubmitButton kind="primary" pendingText="Acknowledging…" shortcut="acknowledge">
            Acknowledge
          </SubmitButton>
        </ActionForm>
      )}
    </>
  );
}
