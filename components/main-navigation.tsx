'use client';

import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Link } from './ui/link.tsx';

export interface NavigationItem {
  readonly href: string;
  readonly text: string;
  /** How many things wait there. */
  readonly count?: number;
}

export interface NavigationGroup {
  readonly title: string;
  readonly items: readonly NavigationItem[];
}

function isWithin(path: string, href: string): boolean {
  return href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
}

/** The page among all that the path lies in most closely: `/settings/account` is not `/settings`. */
export function currentItem(path: string, groups: readonly NavigationGroup[]): string | null {
  const hrefs = groups.flatMap(({ items }) => items.map(({ href }) => href)).filter((href) => isWithin(path, href));
  return hrefs.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function Groups({ groups, path }: { readonly groups: readonly NavigationGroup[]; readonly path: string }) {
  const here = currentItem(path, groups);
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-3 lg:grid-cols-1">
      {groups.map(({ title, items }) => (
        <div key={title}>
          <h2 className="px-3 pb-0.5 text-2xs font-semibold tracking-wide text-muted uppercase">{title}</h2>
          <ul>
            {items.map(({ href, text, count = 0 }) => (
              <li key={href}>
                <Link
                  href={href}
                  aria-current={href === here ? 'page' : undefined}
                  className={`flex min-h-8 items-center gap-2 rounded-md px-3 text-base lg:min-h-7 ${
                    href === here ? 'bg-sunken font-semibold text-text' : 'text-muted hover:bg-sunken hover:text-text'
                  }`}
                >
                  <span className="min-w-0 truncate">{text}</span>
                  {count === 0 ? null : (
                    <span className="tone-fail tone-text tone-fill ml-auto min-w-5 rounded-full border px-1.5 text-center text-xs font-semibold">
                      {count}
                    </span>
                  )}
                  {/* Shown while the page is under way, see `FollowLinks`. It keeps its place, so nothing moves. */}
                  <span aria-hidden="true" className="pending-mark">
                    …
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

/**
 * The pages of the console in groups; the current one is marked for eyes and for screen readers. In a narrow window they
 * are behind a word that opens, which needs no JavaScript and is closed again on the next page. `children` stand below.
 */
export function MainNavigation({
  groups,
  children,
}: {
  readonly groups: readonly NavigationGroup[];
  readonly children: ReactNode;
}) {
  const path = usePathname();
  const waiting = groups.flatMap(({ items }) => items).reduce((sum, { count = 0 }) => sum + count, 0);
  return (
    <>
      <details key={path} className="group w-full lg:hidden">
        <summary className="absolute top-3 right-4 flex min-h-9 list-none items-center gap-2 rounded-md border border-line-strong/60 px-3 text-sm font-medium [&::-webkit-details-marker]:hidden">
          Menu
          {waiting === 0 ? null : (
            <span className="tone-fail tone-text text-xs font-semibold">
              {waiting}
              <span className="sr-only"> need action</span>
            </span>
          )}
        </summary>
        <nav aria-label="Pages" className="pt-4">
          <Groups groups={groups} path={path} />
        </nav>
        <div className="mt-4 border-t border-line pt-4">{children}</div>
      </details>
      {/* In a low window the list scrolls, and what is below it stays in sight. */}
      <nav aria-label="Pages" className="min-h-0 overflow-y-auto max-lg:hidden">
        <Groups groups={groups} path={path} />
      </nav>
      <div className="mt-auto px-3 max-lg:hidden">{children}</div>
    </>
  );
}
