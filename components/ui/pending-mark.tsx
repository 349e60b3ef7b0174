'use client';

import { useLinkStatus } from 'next/link';

/**
 * Inside a link: a mark that appears when its page takes longer than one notices. It keeps its place, so nothing moves.
 * Pages have no loading screen of their own: one would hide quick pages for a third of a second, answer 200 for what
 * does not exist, and never go away without JavaScript.
 */
export function PendingMark() {
  const { pending } = useLinkStatus();
  return (
    <span aria-hidden="true" className={`pending-mark ${pending ? 'pending-mark-on' : ''}`}>
      …
    </span>
  );
}
