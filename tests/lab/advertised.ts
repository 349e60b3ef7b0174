import { mailAddress } from './addresses.ts';
import type { WebPage, WebSite } from './domain-types.ts';
import { autoconfig, autodiscover, stsPolicy, type MailServerEntry } from './web-pages.ts';

/* What a domain advertises beside SRV and MX: autoconfig, autodiscover, MTA-STS, TLS-RPT. */

export interface Advertised {
  /** Where its mail servers are; usually `mail.<domain>`. */
  readonly host?: string;
  readonly servers?: readonly MailServerEntry[];
  readonly autoconfig?: WebPage;
  /** Null: there is none. */
  readonly policy?: WebPage | null;
  readonly certificate?: WebSite['certificate'];
}

/** A web site with all three documents, right but for what `differs` says. */
export function advertise(domain: string, network: number, differs: Advertised = {}): WebSite {
  const host = differs.host ?? `mail.${domain}`;
  const servers = differs.servers ?? usualServers(host);
  const policy = differs.policy === undefined ? stsPolicy(host) : differs.policy;
  return {
    address: mailAddress(network, 80),
    hosts: [`autoconfig.${domain}`, `autodiscover.${domain}`, `mta-sts.${domain}`],
    certificate: differs.certificate ?? 'good',
    pages: {
      [`autoconfig.${domain}/mail/config-v1.1.xml`]: differs.autoconfig ?? autoconfig(domain, servers),
      [`autodiscover.${domain}/autodiscover/autodiscover.xml`]: autodiscover(servers),
      ...(policy === null ? {} : { [`mta-sts.${domain}/.well-known/mta-sts.txt`]: policy }),
    },
  };
}

/** The same services as SRV has. */
export function usualServers(host: string): readonly MailServerEntry[] {
  return [
    { type: 'imap', host, port: 993, socket: 'SSL' },
    { type: 'imap', host, port: 143, socket: 'STARTTLS' },
    { type: 'pop3', host, port: 995, socket: 'SSL' },
    { type: 'pop3', host, port: 110, socket: 'STARTTLS' },
    { type: 'smtp', host, port: 465, socket: 'SSL' },
    { type: 'smtp', host, port: 587, socket: 'STARTTLS' },
  ];
}

/** Announces the MTA-STS policy (RFC 8461 section 3.1). */
export function stsRecord(domain: string): string {
  return `_mta-sts.${domain}. TXT "v=STSv1; id=20261125T000000;"`;
}

/** Asks for TLS reports (RFC 8460 section 3). */
export function reportRecord(domain: string, address = `mailto:tls-reports@${domain}`): string {
  return `_smtp._tls.${domain}. TXT "v=TLSRPTv1; rua=${address}"`;
}

export function policyRecords(domain: string): readonly string[] {
  return [stsRecord(domain), reportRecord(domain)];
}
