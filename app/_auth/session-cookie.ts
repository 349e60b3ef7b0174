/** A session ends twelve hours after it was last used. */
export const sessionSeconds = 12 * 60 * 60;
/** The cookie is `latchwatch.session_token`, with `__Secure-` before it on https. */
export const cookiePrefix = 'latchwatch';
