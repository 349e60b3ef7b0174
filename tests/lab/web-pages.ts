import type { WebPage } from './domain-types.ts';

/* Documents that the lab's web sites serve. */

function document(contentType: string, body: string): WebPage {
  return { status: 200, headers: { 'content-type': contentType }, body };
}

/** What a DEEP status names: for the moment when nobody can connect. */
export const statusPage = document(
  'text/html; charset=utf-8',
  '<!doctype html><title>Mail status</title><h1>Mail works</h1><p>No known trouble.</p>\n',
);

export const loginPage = document(
  'text/html; charset=utf-8',
  '<!doctype html><title>Sign in</title><form method="post"><input name="user"><input type="password" name="password"></form>\n',
);

/** An MTA-STS policy (RFC 8461 section 3.2). */
export function stsPolicy(
  exchange: string,
  { mode = 'enforce', maxAgeSeconds = 604_800 }: { readonly mode?: string; readonly maxAgeSeconds?: number } = {},
): WebPage {
  const lines = ['version: STSv1', `mode: ${mode}`, `mx: ${exchange}`, `max_age: ${maxAgeSeconds}`, ''];
  return document('text/plain', lines.join('\r\n'));
}

export interface MailServerEntry {
  readonly type: 'imap' | 'pop3' | 'smtp';
  readonly host: string;
  readonly port: number;
  readonly socket: 'SSL' | 'STARTTLS' | 'plain';
}

/** XML that is cut off. */
export const brokenXml = document('text/xml', '<?xml version="1.0"?><clientConfig><emailProvider>');

/** What Thunderbird and others read from autoconfig.DOMAIN/mail/config-v1.1.xml. */
export function autoconfig(domain: string, servers: readonly MailServerEntry[]): WebPage {
  const entries = servers.map(({ type, host, port, socket }) => {
    const element = type === 'smtp' ? 'outgoingServer' : 'incomingServer';
    return `<${element} type="${type}"><hostname>${host}</hostname><port>${port}</port><socketType>${socket}</socketType><authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></${element}>`;
  });
  const body = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<clientConfig version="1.1">',
    `<emailProvider id="${domain}"><domain>${domain}</domain><displayName>${domain}</displayName>`,
    ...entries,
    '</emailProvider>',
    '</clientConfig>',
    '',
  ];
  return document('text/xml', body.join('\n'));
}

/** What Outlook reads from autodiscover.DOMAIN/autodiscover/autodiscover.xml. */
export function autodiscover(servers: readonly MailServerEntry[]): WebPage {
  const entries = servers.map(
    ({ type, host, port, socket }) =>
      `<Protocol><Type>${type.toUpperCase()}</Type><Server>${host}</Server><Port>${port}</Port><SSL>on</SSL><Encryption>${socket === 'SSL' ? 'SSL' : 'TLS'}</Encryption><AuthRequired>on</AuthRequired></Protocol>`,
  );
  const body = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">',
    '<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">',
    '<Account><AccountType>email</AccountType><Action>settings</Action>',
    ...entries,
    '</Account></Response>',
    '</Autodiscover>',
    '',
  ];
  return document('text/xml', body.join('\n'));
}
