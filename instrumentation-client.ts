/*
 * The browser refuses to turn text into scripts (require-trusted-types-for in proxy.ts). React makes script elements
 * for the parts of a page that it loads later in just this way; this default policy lets through that, and nothing
 * else. Next runs this file before anything else of ours.
 */

declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: {
          readonly createHTML: (text: string) => string | null;
          readonly createScriptURL: (text: string) => string | null;
        },
      ): unknown;
    };
  }
}

window.trustedTypes?.createPolicy('default', {
  createHTML: (text) => (text === '<script></script>' ? text : null),
  createScriptURL: (text) => {
    const url = new URL(text, location.href);
    return url.origin === location.origin && url.pathname.startsWith('/_next/static/') ? text : null;
  },
});

export {};
