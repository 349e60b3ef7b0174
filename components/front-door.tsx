import type { ReactNode } from 'react';
import { Brand } from './ui/brand.tsx';

/** The frame of pages for people who are not signed in. */
export function FrontDoor({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-screen max-w-sm flex-col justify-center px-4 py-12">
      <div className="mb-6">
        <Brand />
      </div>
      <div className="rounded-lg border border-line bg-surface p-6 shadow-(--shadow)">
        <h1 className="mb-5 text-xl font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}
