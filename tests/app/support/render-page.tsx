import { text } from 'node:stream/consumers';
import type { ReactNode } from 'react';
import { prerenderToNodeStream } from 'react-dom/static';
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime.js';

const unused = (): void => undefined;
const router = {
  ...{ back: unused, forward: unused, refresh: unused, push: unused, replace: unused, prefetch: unused },
  experimental_gesturePush: unused,
  bfcacheId: 'test',
};

/** The HTML of a page with all its parts, server components too, as a browser without scripts gets it. Call it `inRequest`. */
export async function renderPage(page: ReactNode): Promise<string> {
  const { prelude } = await prerenderToNodeStream(
    <AppRouterContext.Provider value={router}>{page}</AppRouterContext.Provider>,
  );
  return text(prelude);
}
