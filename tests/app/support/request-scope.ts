// Next expects AsyncLocalStorage as a global, which its own server sets up.
import 'next/dist/server/node-environment-baseline.js';
import { z } from 'zod';
import { memberOf } from '#tests/support/member-of.ts';

export interface VisitorRequest {
  readonly headers: Readonly<Record<string, string>>;
}

/** How a server action or a page ended, where it did not simply answer. */
export type Outcome =
  | { readonly how: 'answered'; readonly value: unknown }
  /** Next's redirect(), with where to. */
  | { readonly how: 'redirected'; readonly to: string }
  /** Next's notFound(). */
  | { readonly how: 'not-found' }
  | { readonly how: 'threw'; readonly error: unknown };

type Run = (store: object, callback: () => Promise<unknown>) => Promise<unknown>;
const isRun = (value: unknown): value is Run => typeof value === 'function';

/** Next keeps the request of a page or an action in these two; there is no public way to set one up. */
async function runOf(file: string, name: string): Promise<Run> {
  const loaded: unknown = await import(`next/dist/server/app-render/${file}.external.js`);
  const storage: unknown = z.record(z.string(), z.unknown()).parse({ ...Object(loaded) })[name];
  const run: unknown = memberOf(storage, 'run');
  if (!isRun(run)) throw new Error(`Next has no ${name} any more`);
  return (store, callback) => run.call(storage, store, callback);
}

/** Cookies that were set, by name. */
export type SetCookies = Map<
  string,
  { readonly value: string; readonly attributes: Readonly<Record<string, unknown>> }
>;

/** Calls a page or an action as Next does for a request with these headers. */
export async function inRequest(
  request: VisitorRequest,
  callback: () => Promise<unknown>,
  setCookies: SetCookies = new Map(),
): Promise<Outcome> {
  const runWork = await runOf('work-async-storage', 'workAsyncStorage');
  const runUnit = await runOf('work-unit-async-storage', 'workUnitAsyncStorage');
  const jar = {
    get: () => undefined,
    getAll: () => [],
    set: (name: string, value: string, attributes: Readonly<Record<string, unknown>> = {}) =>
      void setCookies.set(name, { value, attributes }),
    delete: (name: string) => void setCookies.delete(name),
  };
  const unit = {
    type: 'request',
    phase: 'action',
    headers: new Headers(request.headers),
    ...{ cookies: jar, mutableCookies: jar, userspaceMutableCookies: jar },
  };
  const work = { route: '/test', page: '/test', incrementalCache: {}, pendingRevalidatedTags: [] };
  try {
    return { how: 'answered', value: await runWork(work, () => runUnit(unit, callback)) };
  } catch (error) {
    const digest = z.string().catch('').parse(memberOf(error, 'digest'));
    if (digest.startsWith('NEXT_REDIRECT;')) return { how: 'redirected', to: digest.split(';')[2] ?? '' };
    if (digest.startsWith('NEXT_HTTP_ERROR_FALLBACK;404')) return { how: 'not-found' };
    return { how: 'threw', error };
  }
}
