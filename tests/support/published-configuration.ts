import type { DnsLookup, Fetched, HttpDocument, PublishedConfiguration, TxtRecord } from '#lib/model/observation.ts';
import { notValidated } from '#lib/model/dnssec.ts';
import { issueCertificate, type TestCertificate } from './certificates.ts';

/*
 * What example.org tells clients and other mail servers, all of it in order, and small changes to it.
 */

const webCertificate = issueCertificate({
  commonName: 'web',
  dnsNames: ['autoconfig.example.org', 'autodiscover.example.org', 'mta-sts.example.org', 'example.org'],
});

/** A document of status 200 from a web server with a trusted certificate. */
export function fetchedDocument(url: string, body: string, change: Partial<HttpDocument> = {}): Fetched {
  return {
    ok: true,
    facts: {
      url,
      address: '192.0.2.80',
      tls: webTls(url, webCertificate),
      status: 200,
      contentType: url.endsWith('.txt') ? 'text/plain' : 'text/xml',
      asksForLogin: false,
      redirects: [],
      body,
      truncated: false,
      ...change,
    },
  };
}

/** TLS facts of a web server; `error` is OpenSSL's, where it trusts the certificate not. */
export function webTls(
  url: string,
  certificate: TestCertificate,
  error: string | null = null,
): NonNullable<HttpDocument['tls']> {
  const store = 'Mozilla (Node) + test root';
  return {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    serverName: new URL(url).hostname,
    chain: [certificate.base64],
    pkix: error === null ? { trusted: true, path: [certificate.base64], store } : { trusted: false, error, store },
  };
}

export const autoconfigUrl =
  'https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=latchwatch%40example.org';
export const autodiscoverUrl = 'https://example.org/autodiscover/autodiscover.xml';
export const policyUrl = 'https://mta-sts.example.org/.well-known/mta-sts.txt';

/** `imap mail.example.org 993 SSL` as elements of an autoconfig document. */
export function autoconfigXml(servers: readonly string[]): string {
  const elements = servers.map((server) => {
    const [type = '', host = '', port = '', socketType = ''] = server.split(' ');
    const name = type === 'smtp' ? 'outgoingServer' : 'incomingServer';
    return `<${name} type="${type}"><hostname>${host}</hostname><port>${port}</port><socketType>${socketType}</socketType></${name}>`;
  });
  return `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="example.org">${elements.join('')}</emailProvider></clientConfig>`;
}

/** `IMAP mail.example.org 993 on` as elements of an autodiscover answer. */
export function autodiscoverXml(protocols: readonly string[]): string {
  const elements = protocols.map((protocol) => {
    const [type = '', host = '', port = '', ssl = ''] = protocol.split(' ');
    return `<Protocol><Type>${type}</Type><Server>${host}</Server><Port>${port}</Port><SSL>${ssl}</SSL></Protocol>`;
  });
  return `<Autodiscover><Response><Account>${elements.join('')}</Account></Response></Autodiscover>`;
}

export const healthyServers = [
  'imap mail.example.org 993 SSL',
  'pop3 mail.example.org 995 SSL',
  'smtp submit.example.org 465 SSL',
];
export const healthyPolicy = ['version: STSv1', 'mode: enforce', 'mx: mail.example.org', 'max_age: 1209600'];

/** The answer to a question for TXT records. */
export function txtLookup(name: string, texts: readonly string[]): DnsLookup<TxtRecord> {
  return {
    name,
    type: 'TXT',
    rcode: 'NOERROR',
    records: texts.map((text) => ({ text })),
    ttlSeconds: texts.length === 0 ? null : 300,
    aliases: [],
    ad: false,
    signaturesPresent: true,
    dnssec: notValidated,
    server: '127.0.0.53:53',
    wire: '',
  };
}

/** What `example.org` publishes. */
export function healthyConfiguration(change: Partial<PublishedConfiguration> = {}): PublishedConfiguration {
  return {
    autoconfig: [fetchedDocument(autoconfigUrl, autoconfigXml(healthyServers))],
    autodiscover: [
      fetchedDocument(
        autodiscoverUrl,
        autodiscoverXml(['IMAP mail.example.org 993 on', 'SMTP submit.example.org 465 on']),
      ),
    ],
    mtaStsRecord: { ok: true, facts: txtLookup('_mta-sts.example.org', ['v=STSv1; id=20261125T000000;']) },
    mtaStsPolicy: fetchedDocument(policyUrl, healthyPolicy.join('\r\n')),
    tlsRptRecord: {
      ok: true,
      facts: txtLookup('_smtp._tls.example.org', ['v=TLSRPTv1; rua=mailto:tls@example.org']),
    },
    ...change,
  };
}
