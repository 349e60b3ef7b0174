import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Latchwatch', template: '%s · Latchwatch' },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // The server knows the choice, so the first paint has the right colours.
  const theme = (await cookies()).get('theme')?.value;
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    <html lang="en" data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}>
      <head>
        {/* Browsers hide the nonce from scripts, so it differs after hydration. */}
        {/* eslint-disable-next-line @next/next/no-sync-scripts -- must run before anything that needs the policy */}
        <script src="/trusted-types.js" nonce={nonce} suppressHydrationWarning />
      </head>
      <body>{children}</body>
    </html>
  );
}
