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
}: {
  readonly children: ReactNode;
  readonly kind?: ButtonKind;
  readonly pendingText?: string;
}) {
  const { pending } = useFormStatus();
  return (
    <button type="submit" className={buttonLook(kind)} disabled={pending}>
      {pending ? (pendingText ?? children) : children}
    </button>
  );
}
