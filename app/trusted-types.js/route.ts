/*
 * The browser refuses to turn text into scripts (require-trusted-types-for). React makes script elements for the parts
 * of a page that it loads later in just this way; this default policy lets through that, and nothing else.
 */
const policy = `'use strict';
if (window.trustedTypes) {
  trustedTypes.createPolicy('default', {
    createHTML: (text) => (text === '<script></script>' ? text : null),
    createScriptURL: (text) => {
      const url = new URL(text, location.href);
      return url.origin === location.origin && url.pathname.startsWith('/_next/static/') ? text : null;
    },
  });
}
`;

/** A file of its own, because an inline script could only be written past React's escaping. */
export function GET(): Response {
  return new Response(policy, {
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=3600' },
  });
}
