import { randomBytes } from 'node:crypto';
import type { NextRequest } from 'next/server';
import { NextResponse } from 'next/server';
import { cookiePrefix, sessionSeconds } from '#app/_auth/session-cookie.ts';
import { askedHeader, loginHref } from '#app/_auth/way-back.ts';

const publicPaths =
  /^\/(ack\/[^/]+|feeds\/(incidents\.atom|certificates\.ics)|login|login\/oidc|healthz|readyz|metrics|prove\/[^/]+|setup\/[^/]+)$/;

/** What scripts ask says by its status that somebody must sign in; a redirect would give them the login page to read. */
const askedByScripts = /^\/(live|live\/state|live\/setup\/[^/]+|find\/items)$/;

function contentSecurityPolicy(nonce: string): string {
  const development = process.env.NODE_ENV === 'development';
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    'trusted-types nextjs nextjs#bundler default',
  ].join('; ');
}

/** False for `%ff` and the like, which Next would answer with a fault of its own where the path has a `[name]` part. */
function canBeDecoded(pathname: string): boolean {
  try {
    return decodeURIComponent(pathname) !== '';
  } catch {
    return false;
  }
}

/** Path and query of what was asked for, as somebody would open it: what was sent to a page by a form is not sent again. */
function addressOf({ nextUrl }: NextRequest): string {
  const query = new URLSearchParams(nextUrl.search);
  // Next's own: the data of a page instead of the page.
  query.delete('_rsc');
  return `${nextUrl.pathname}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

/**
 * Runs before every page and route. The first of two gates: who has no session cookie at all is sent to the login page;
 * whether the cookie is good, pages and routes ask the database themselves.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname } = request.nextUrl;
  const asked = addressOf(request);
  const cookie = request.cookies.getAll().find(({ name }) => name.endsWith(`${cookiePrefix}.session_token`));
  const isApi = pathname.startsWith('/api/');
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'));
  let response: NextResponse;
  const answersItself = isApi || publicPaths.test(pathname) || askedByScripts.test(pathname);
  if (!answersItself && cookie === undefined) {
    response = NextResponse.redirect(new URL(loginHref(asked), request.nextUrl.href).href, 303);
  } else {
    // Next reads the nonce for its own scripts from this header.
    const headers = new Headers(request.headers);
    headers.set('content-security-policy', policy);
    headers.set(askedHeader, asked);
    const nowhere = new URL(isApi ? '/api/v1/nowhere' : '/nowhere', request.nextUrl.href);
    response = canBeDecoded(pathname)
      ? NextResponse.next({ request: { headers } })
      : NextResponse.rewrite(nowhere, { request: { headers } });
    if (!isApi && !askedByScripts.test(pathname) && request.method === 'GET' && cookie !== undefined) {
      // A page cannot set cookies while it renders; the database decides how long the session lasts.
      response.cookies.set({
        ...cookie,
        httpOnly: true,
        sameSite: 'lax',
        secure: cookie.name.startsWith('__Secure-'),
        path: '/',
        maxAge: sessionSeconds,
      });
    }
  }
  response.headers.set('content-security-policy', policy);
  response.headers.set('x-content-type-options', 'nosniff');
  // `no-referrer` would make browsers send `Origin: null` with forms, and our own origin check would refuse them.
  response.headers.set('referrer-policy', 'same-origin');
  response.headers.set('cross-origin-opener-policy', 'same-origin');
  response.headers.set('cross-origin-resource-policy', 'same-origin');
  response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  return response;
}

export const config = { matcher: ['/((?!_next/static|icon.svg).*)'] };
