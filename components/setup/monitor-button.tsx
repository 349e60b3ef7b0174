'use client';

import { useEffect, useRef, useState } from 'react';
import { SubmitButton } from '../ui/submit-button.tsx';

function words(count: number): string {
  if (count === 0) return 'Monitor the domain alone';
  return count === 1 ? 'Monitor this one endpoint' : `Monitor these ${String(count)} endpoints`;
}

/** Sends the form around it, and says how many of its `offered` boxes called `endpoint` are ticked. */
export function MonitorButton({ offered }: { readonly offered: number }) {
  const [left, setLeft] = useState(0);
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const form = place.current?.closest('form');
    if (!form) return undefined;
    const count = (): void => setLeft(form.querySelectorAll('[name=endpoint]:not(:checked)').length);
    // A form is told that it is set back before it is.
    const countSoon = (): void => queueMicrotask(count);
    // A browser that loads the page again ticks what was ticked before.
    countSoon();
    form.addEventListener('change', count);
    form.addEventListener('reset', countSoon);
    return () => {
      form.removeEventListener('change', count);
      form.removeEventListener('reset', countSoon);
    };
  }, []);
  return (
    <span ref={place} className="contents">
      <SubmitButton kind="primary" pendingText="One moment…">
        {words(offered - left)}
      </SubmitButton>
    </span>
  );
}
