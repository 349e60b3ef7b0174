/**
 * The token of an Authorization header: of `Bearer` (RFC 6750), or the password of HTTP Basic (RFC 7617) for clients that can
 * do nothing else. Null: there is none.
 */
export function readToken(header: string): string | null {
  const [scheme = '', credentials = ''] = header.trim().split(/ +/, 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return credentials === '' ? null : credentials;
    case 'basic': {
      const decoded = Buffer.from(credentials, 'base64').toString('utf8');
      const colon = decoded.indexOf(':');
      return colon === -1 ? null : decoded.slice(colon + 1);
    }
    default:
      return null;
  }
}
