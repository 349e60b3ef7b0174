'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';

export interface NavigationItem {
  readonly href: string;
  readonly text: string;
  /** How many things wait there. */
  readonly count?: number;
}

/** The pages of the console; the current one is marked for eyes and for screen readers. */
export function MainNavigation({ items }: { readonly items: readonly NavigationItem[] }) {
  const path = usePathname();
  return (
    <nav aria-label="Pages">
      <ul className="flex flex-wrap gap-1 lg:flex-col">
        {items.map(({ href, text, count = 0 }) => {
          const current = href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                className={`flex min-h-9 items-center justify-between gap-2 rounded-md px-3 text-base ${
                  current ? 'bg-sunken font-semibold text-text' : 'text-muted hover:bg-sunken hover:text-text'
                }`}
              >
                {text}
                {count === 0 ? null : (
                  <span className="tone-fail tone-text tone-fill min-w-5 rounded-full border px-1.5 text-center text-xs font-semibold">
                    {count}
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
