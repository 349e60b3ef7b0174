'use client';

import type { SubmitEvent } from 'react';
import { useLayoutEffect, useRef } from 'react';

/**
 * Keeps what somebody filled into a form when its answer is a refusal: React sets a form back after every action. What it
 * gives is for the `<form>`; `refusal` is the answer where it refuses, else null.
 */
export function useKeptFields(refusal: unknown) {
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef<FormData>(null);
  useLayoutEffect(() => {
    if (refusal !== null && form.current !== null && sent.current !== null) fillIn(form.current, sent.current);
  }, [refusal]);
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    sent.current = new FormData(event.currentTarget);
  };
  return { ref: form, onSubmit };
}

function fillIn(form: HTMLFormElement, sent: FormData): void {
  for (const field of form.elements) {
    // What has no name, or is switched off, was not sent: its own part of the page looks after it.
    if (field.matches(':disabled, :not([name])')) continue;
    if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.selected = sent.getAll(field.name).includes(option.value);
    } else if (field instanceof HTMLTextAreaElement) {
      field.value = textOf(sent, field.name);
    } else if (field instanceof HTMLInputElement) {
      if (field.type === 'checkbox' || field.type === 'radio') {
        field.checked = sent.getAll(field.name).includes(field.value);
      } else if (field.type !== 'hidden' && field.type !== 'file') {
        field.value = textOf(sent, field.name);
      }
    }
  }
}

function textOf(sent: FormData, name: string): string {
  const value = sent.get(name);
  return typeof value === 'string' ? value : '';
}
