import type { ReactNode } from 'react';
import type { FormAction } from './action-state.ts';
import { AnsweredForm } from './answered-form.tsx';
import { visibleText } from './visible-text.ts';

/** A form whose answer stands beside it. Works without JavaScript: then the answer comes with the next page. */
export function ActionForm({
  action,
  children,
  label,
  hidden = {},
}: {
  readonly action: FormAction;
  readonly children: ReactNode;
  /** Names the form where its button does not say enough. It may hold what strangers wrote. */
  readonly label?: string;
  readonly hidden?: Readonly<Record<string, string>>;
}) {
  return (
    <AnsweredForm action={action} label={label === undefined ? undefined : visibleText(label)} hidden={hidden}>
      {children}
    </AnsweredForm>
  );
}
