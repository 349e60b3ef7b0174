import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** What the provider says of somebody, by the name that they type into its login form. */
export type OidcAccounts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface OidcProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What happens to ID tokens on their way out; null: nothing. */
  tamper: ((idToken: string) => string) | null;
  readonly close: () => Promise<void>;
}

const extraClaims = ['groups', 'realm_access'];

/** A real OpenID Connect provider on loopback with one client, whose login form takes any password. */
export async function startOidcProvider(options: {
  readonly accounts: OidcAccounts;
  readonly redirectUri: string;
}): Promise<OidcProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port }: AddressInfo = Object.assign({ port: 0, family: '', address: '' }, server.address());
  const issuer = `http://127.0.0.1:${String(port)}`;
  const client = { client_id: 'latchwatch', client_secret: 'a secret between the two of them' };
  const provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [options.redirectUri], grant_types: ['authorization_code'] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', ...extraClaims] },
    pkce: { required: () => true },
    cookies: { keys: ['a key for cookies of the tests'] },
    findAccount: (_context, id) => {
      const claims = options.accounts[id];
      return claims === undefined ? undefined : { accountId: id, claims: () => ({ sub: id, ...claims }) };
    },
  });
  const facts: OidcProvider = {
    issuer,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    tamper: null,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  provider.use(async (context, next) => {
    await next();
    const body: unknown = context.body;
    if (facts.tamper === null || typeof body !== 'object' || body === null || !('id_token' in body)) return;
    context.body = { ...body, id_token: facts.tamper(String(body.id_token)) };
  });
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  return facts;
}
