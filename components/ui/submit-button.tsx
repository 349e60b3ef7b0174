'use client';

import type { ReactNode } from 'react';
import { useFormStatus } from 'react-dom';
import type { ButtonKind } from './button-look.ts';
import { buttonLook } from './button-look.ts';

/** What a key of the console does, `data-action` in the page. */
export type Shortcut = 'acknowledge' | 'silence' | 'probe';

/** Sends the form around it; says so while it is under way. */
export function SubmitButton({
  children,
  kind = 'plain',
  pendingText,
  choice,
  shortcut,
}: {
  readonly children: ReactNode;
  readonly kind?: ButtonKind;
  readonly pendingText?: string;
  /** What this button of several says: a field of the form. */
  readonly choice?: { readonly name: string; readonly value: string };
  /** The key of the console that presses it. */
  readonly shortcut?: Shortcut;
}) {
  const { pending } = useFormStatus();
  return (
    <button type="submit" className={buttonLook(kind)} disabled={pending} data-action={shortcut} {...choice}>
      {pending ? (pendingText ?? children) : children}
    </button>
  );
}
