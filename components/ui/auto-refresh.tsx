'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useTransition } from 'react';
import { isListInUse } from '../shell/list-in-use.ts';

/**
 * Asks the server for the page again while it is looked at: never while the last answer is still under way, nor while
 * somebody uses a list, whose rows would move.
 */
export function AutoRefresh({ everyMs }: { readonly everyMs: number }) {
  const router = useRouter();
  const [isUnderWay, start] = useTransition();
  useEffect(() => {
    // Answers that are slower than that would hold up each other, and every form of the page.
    if (isUnderWay) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !isListInUse()) start(() => router.refresh());
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isUnderWay, router]);
  return null;
}
