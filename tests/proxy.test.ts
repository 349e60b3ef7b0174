import { NextRequest } from 'next/server.js';
import { proxy } from '../proxy.ts';

function ask(path: string, cookie = 'latchwatch.session_token=x', headers: Record<string, string> = {}): Response {
  return proxy(new NextRequest(`http://localhost:3000${path}`, { headers: { ...headers, cookie } }));
}

/** Where Next looks instead of the address that was asked for; null: there. */
const insteadOf = (response: Response): string | null => response.headers.get('x-middleware-rewrite');

describe('the first gate', () => {
  it.each(['/domains/%ff', '/endpoints/%', '/setup/%c0', '/incidents/%E0%A4%A'])(
    'takes %s, which no page can read, for one that does not exist',
    (path) => expect(insteadOf(ask(path))).toBe('http://localhost:3000/nowhere'),
  );

  it('leaves such an address of the API to the API', () => {
    expect(insteadOf(ask('/api/v1/domains/%ff'))).toBe('http://localhost:3000/api/v1/nowhere');
  });

  it.each(['/', '/domains/xn--bcher-kva.example', '/domains/b%C3%BCcher.example', '/api/v1/domains'])(
    'lets %s through',
    (path) => expect(insteadOf(ask(path))).toBeNull(),
  );

  it.each(['/login', '/login/oidc?x=1', '/setup/link', '/api/auth/callback/oidc?code=x'])(
    'lets whoever has no session yet through to %s',
    (path) => {
      const response = ask(path, '');
      expect([response.status, insteadOf(response)]).toEqual([200, null]);
    },
  );

  it.each([
    ['/', '/login'],
    ['/incidents/01K', '/login?next=%2Fincidents%2F01K'],
    ['/incidents?state=open&_rsc=1a2b', '/login?next=%2Fincidents%3Fstate%3Dopen'],
    ['//evil.example/', '/login'],
  ])('sends who has no session from %s to %s', (path, to) => {
    const response = ask(path, '');
    expect([response.status, response.headers.get('location')]).toEqual([303, `http://localhost:3000${to}`]);
  });

  it('says what was asked for, whatever the browser says', () => {
    const response = ask('/domains?x=1', undefined, { 'x-latchwatch-asked': '/settings' });
    expect(response.headers.get('x-middleware-request-x-latchwatch-asked')).toBe('/domains?x=1');
  });
});
