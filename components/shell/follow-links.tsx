'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useTransition } from 'react';

/** The link within the console that this click follows; null: there is none, or it is for the browser, as a new tab is. */
function followedLink(event: MouseEvent): Element | null {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  return event.target instanceof Element ? event.target.closest('a[data-within]') : null;
}

/**
 * Goes where a `Link` leads without loading the page anew, and marks the link until the page has come. Pages have no
 * loading screen of their own: one would hide quick pages for a third of a second, answer 200 for what does not exist,
 * and never go away without JavaScript.
 */
export function FollowLinks() {
  const router = useRouter();
  const [isUnderWay, start] = useTransition();
  const marked = useRef<Element | null>(null);

  useEffect(() => {
    if (!isUnderWay) marked.current?.removeAttribute('data-followed');
  }, [isUnderWay]);

  useEffect(() => {
    const onClick = (event: MouseEvent): void => {
      const link = followedLink(event);
      const href = link?.getAttribute('href') ?? null;
      if (link === null || href === null) return;
      event.preventDefault();
      marked.current?.removeAttribute('data-followed');
      link.setAttribute('data-followed', '');
      marked.current = link;
      start(() => router.push(href));
    };
    document.addEventListener('click', onClick);
    return () => document.removeEventListener('click', onClick);
  }, [router]);
  return null;
}
