/** The request header in which the first gate tells pages what was asked for; whatever a browser sends there is replaced. */
export const askedHeader = 'x-latchwatch-asked';

const maxLength = 2000;
/** Only for finding out whether an address stays within the console. */
const anyOrigin = 'http://console.invalid';

/**
 * Where somebody goes after signing in: the page of this console that was asked for, or the first one. What leads to
 * another place, or back to the login page, leads to the first one, and so does what is no text.
 */
export function readWayBack(text: unknown): string {
  if (typeof text !== 'string' || text.length > maxLength || !/^\/[\x21-\x7e]*$/.test(text)) return '/';
  // Browsers take a backslash for a slash, and two slashes for the beginning of a host.
  if (text.includes('\\') || !URL.canParse(text, anyOrigin)) return '/';
  const { origin, pathname, search } = new URL(text, anyOrigin);
  if (origin !== anyOrigin || pathname.startsWith('//') || /^\/login(\/|$)/.test(pathname)) return '/';
  return `${pathname}${search}`;
}

/** The login page, which leads back there. */
export function loginHref(asked: unknown): string {
  const back = readWayBack(asked);
  return back === '/' ? '/login' : `/login?${new URLSearchParams({ next: back }).toString()}`;
}
