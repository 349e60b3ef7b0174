'use client';

import type { ReactNode } from 'react';
import { useFormStatus } from 'react-dom';
import type { ButtonKind } from './button-look.ts';
import { buttonLook } from './button-look.ts';

/** Sends the form around it; says so while it is under way. */
export function SubmitButton({
  children,
  kind = 'plain',
  pendingText,
  choice,
}: {
  readonly children: ReactNode;
  readonly kind?: ButtonKind;
  readonly pendingText?: string;
  /** What this button of several says: a field of the form. */
  readonly choice?: { readonly name: string; readonly value: string };
}) {
  const { pending } = useFormStatus();
  return (
    <button type="submit" className={buttonLook(kind)} disabled={pending} {...choice}>
      {pending ? (pendingText ?? children) : children}
    </button>
  );
}
