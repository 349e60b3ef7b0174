const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Origins from which a browser may change something: the public URL and, where that is this machine, its other names,
 * since people open `localhost` and `127.0.0.1` alike.
 */
export function trustedOrigins(publicUrl: URL): readonly string[] {
  if (!loopbackNames.includes(publicUrl.hostname)) return [publicUrl.origin];
  const port = publicUrl.port === '' ? '' : `:${publicUrl.port}`;
  return [publicUrl.hostname, ...loopbackNames.filter((name) => name !== publicUrl.hostname)].map(
    (name) => `${publicUrl.protocol}//${name}${port}`,
  );
}

/**
 * Whether a change that a cookie vouches for comes from our own pages. Browsers send Origin with every POST, PUT and
 * DELETE, so its absence is a refusal.
 */
export function comesFromOwnPages(headers: Headers, publicUrl: URL): boolean {
  const origin = headers.get('origin');
  return origin !== null && trustedOrigins(publicUrl).includes(origin);
}
