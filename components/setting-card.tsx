import type { ReactNode } from 'react';
import { Link } from './ui/link.tsx';
import type { Tone } from './ui/tone.ts';
import { ToneLabel } from './ui/tone-label.tsx';

/** A page of the settings: what it is for, and how that stands today. */
export function SettingCard({
  href,
  title,
  standing,
  children,
}: {
  /** Null: the role of whoever looks may not open it. */
  readonly href: string | null;
  readonly title: string;
  /** Null: there is nothing to say of today. */
  readonly standing: { readonly tone: Tone; readonly text: ReactNode } | null;
  readonly children: ReactNode;
}) {
  return (
    <li className="flex min-w-0 flex-col gap-1 rounded-lg border border-line bg-surface p-4 shadow-(--shadow)">
      <h3 className="font-semibold">
        {href === null ? (
          <span className="text-muted">{title}</span>
        ) : (
          <Link href={href} className="link inline-block min-h-6">
            {title}
          </Link>
        )}
      </h3>
      <p className="text-sm text-muted">{children}</p>
      {standing === null || href === null ? null : (
        <p className="mt-auto pt-2">
          <span className="whitespace-normal">
            <ToneLabel tone={standing.tone}>
              <span className="min-w-0 whitespace-normal">{standing.text}</span>
            </ToneLabel>
          </span>
        </p>
      )}
      {href === null ? <p className="mt-auto pt-2 text-sm text-muted">Only an administrator may open it.</p> : null}
    </li>
  );
}
