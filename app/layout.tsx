import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { ToneShapes } from '#components/ui/tone-shapes.tsx';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Latchwatch', template: '%s · Latchwatch' },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // The server knows the choice, so the first paint has the right colours.
  const jar = await cookies();
  const theme = jar.get('theme')?.value;
  return (
    <html
      lang="en"
      data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}
      data-times={jar.get('times')?.value === 'local' ? 'local' : undefined}
    >
      <body>
        <ToneShapes />
        {children}
      </body>
    </html>
  );
}
