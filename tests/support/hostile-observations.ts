import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { AddressSession, DomainObservation, EndpointObservation } from '#lib/model/observation.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import type { ZoneNames } from '#lib/model/zone-questions.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import { issueCertificate, type TestCertificate } from './certificates.ts';
import { foreignHost, hostileLines, hostileNames, hostileTexts, textAt } from './hostile-corpus.ts';
import { changeSessions, healthyDomain, healthyEndpoint, lookupOf, untrustedTls } from './observations.ts';
import { autoconfigXml, fetchedDocument, healthyConfiguration } from './published-configuration.ts';
import { accepted, changeScan, healthyScan } from './scan-observations.ts';
import { healthyZone } from './zone-observations.ts';

/*
 * What probes bring home from servers, name servers and web servers that answer with the corpus, in every field that
 * the other side fills.
 */

/** A certificate whose subject, issuer and names are texts of the corpus, from this one on. */
function hostileCertificate(from: number): TestCertificate {
  const ascii = hostileNames.filter((text) => /^[\x20-\x7e]+$/.test(text));
  const issuer = issueCertificate({ commonName: textAt(hostileNames, from + 1), isAuthority: true });
  return issueCertificate({
    commonName: textAt(hostileNames, from),
    issuer,
    dnsNames: [0, 1, 2, 3].map((step) => textAt(ascii, from + step)),
    srvNames: [`_imaps.${textAt(ascii, from + 4)}`],
  });
}

function hostileSession(session: AddressSession, from: number): Partial<AddressSession> {
  const at = (step: number): string => textAt(hostileLines, from + step);
  const certificate = hostileCertificate(from);
  return {
    greeting: at(0).slice(0, 512),
    capabilitiesBeforeTls: session.capabilitiesBeforeTls === null ? null : hostileLines.slice(0, 50),
    capabilitiesAfterTls: ['IMAP4rev1', 'ID', 'AUTH=PLAIN', ...hostileLines.slice(0, 50)],
    identityAfterTls: [
      ['deep', `tls12 <https://${foreignHost}/${at(1)}>`],
      ...Array.from({ length: 24 }, (_, step) => [at(2 * step), at(2 * step + 1)] as const),
    ],
    tls: untrustedTls([certificate], at(3)),
    transcript: hostileLines.map((text) => ({ from: 'server', text: text.slice(0, 512), atMs: 1 }) as const),
    ...(from % 3 === 2 ? { failure: { stage: 'capability', reason: 'rejected', said: at(4).slice(0, 512) } } : {}),
  };
}

/** A mail server that answers with the corpus; `index` says with which text it begins. */
export function hostileEndpoint(endpoint: EndpointTarget, index: number): EndpointObservation {
  const healthy = changeSessions(healthyEndpoint(endpoint), (session, place) =>
    hostileSession(session, 2 * index + place),
  );
  const owner = textAt(hostileTexts, index);
  return {
    ...healthy,
    tlsa: {
      owner,
      lookup: {
        ok: true,
        facts: {
          ...lookupOf(owner, 'TLSA', [
            { usage: 3, selector: 1, matchingType: 1, data: textAt(hostileTexts, index + 1) },
          ]),
          aliases: hostileTexts.slice(index, index + 4),
          unreadable: hostileTexts.slice(0, 20),
        },
      },
      resolverPassesSignatures: true,
    },
  };
}

/** A deep scan of it, with a DEEP status page that answers with the corpus as well. */
export function hostileScan(endpoint: EndpointTarget, index: number): ScanObservation {
  const at = (step: number): string => textAt(hostileLines, index + step);
  const url = `https://${foreignHost}/${encodeURIComponent(at(0))}`;
  const scan = changeScan(healthyScan(endpoint), () => ({
    weakSuites: {
      ...{ null: { outcome: 'refused', said: at(1) }, export: { outcome: 'refused', said: at(2) } },
      rc4: accepted({ version: 'TLSv1.2', suite: '0005', name: at(3) }),
      '3des': { outcome: 'unseen', failure: { stage: 'handshake', reason: 'tls', said: at(4).slice(0, 512) } },
      ...{ anonymous: { outcome: 'refused', said: at(5) }, 'static-rsa': { outcome: 'refused', said: at(6) } },
    },
    statBeforeLogin: { sent: 'STAT', reply: at(7) },
    mailBeforeTls: { sent: 'MAIL FROM:<>', reply: at(8) },
    injection: { obeyed: 'yes', reply: at(9) },
    transcript: hostileLines.map((text) => ({ from: 'server', text: text.slice(0, 512), atMs: 1 }) as const),
  }));
  const page = fetchedDocument(url, `<html>${hostileTexts.join('\n')}</html>`, {
    ...{ contentType: textAt(hostileTexts, index), redirects: hostileTexts.slice(0, 5) },
  });
  return { ...scan, statusUrls: [{ url, fetched: page, addresses: ['192.0.2.1'] }] };
}

/** A domain whose records and published documents are the corpus. */
export function hostileDomain(domain: string): DomainObservation {
  const healthy = healthyDomain();
  const text = hostileTexts.join(' ');
  const moved = (url: string) =>
    fetchedDocument(url, autoconfigXml(hostileTexts.slice(0, 20).map((host) => `imap ${host} 993 SSL`)), {
      ...{ contentType: textAt(hostileTexts, 3), redirects: hostileTexts.slice(0, 8) },
    });
  return {
    ...healthy,
    domain,
    srv: healthy.srv.map((one, index) => ({
      ...one,
      lookup: {
        ok: true,
        facts: {
          ...lookupOf(one.owner, 'SRV', [
            { priority: 0, weight: 1, port: 993, target: textAt(hostileTexts, index) },
            { priority: 1, weight: 1, port: 993, target: textAt(hostileTexts, index + 6) },
          ]),
          unreadable: hostileTexts.slice(0, 10),
        },
      },
    })),
    mx: {
      ok: true,
      facts: lookupOf(
        domain,
        'MX',
        hostileTexts.map((exchange) => ({ preference: 10, exchange })),
      ),
    },
    hosts: hostileTexts.map((host) => ({ host, addresses: { ok: true, facts: ['192.0.2.1'] } })),
    endpoints: [],
    configuration: {
      ...healthyConfiguration(),
      autoconfig: [moved(`https://autoconfig.${domain}/mail/config-v1.1.xml`), moved(`https://${domain}/.well-known/`)],
      autodiscover: [
        {
          ok: false,
          url: textAt(hostileTexts, 17),
          tls: null,
          failure: { stage: 'request', reason: 'protocol', said: text },
        },
      ],
      mtaStsRecord: { ok: true, facts: lookupOf(`_mta-sts.${domain}`, 'TXT', [{ text: `v=STSv1; id=1; ${text}` }]) },
      mtaStsPolicy: fetchedDocument(
        `https://mta-sts.${domain}/.well-known/mta-sts.txt`,
        `version: STSv1\nmx: ${text}\n`,
      ),
      tlsRptRecord: {
        ok: true,
        facts: lookupOf(
          `_smtp._tls.${domain}`,
          'TXT',
          hostileTexts.map((rua) => ({ text: `v=TLSRPTv1; rua=mailto:${rua}` })),
        ),
      },
    },
  };
}

/** A zone whose servers, their names and their records are the corpus. */
export function hostileZone({ zone }: Pick<ZoneNames, 'zone'>): ZoneObservation {
  const healthy = healthyZone();
  return {
    ...healthy,
    zone,
    parentNameServers: hostileTexts.slice(0, 12),
    nameServers: hostileTexts.slice(3, 15),
    unresolved: hostileTexts.slice(0, 12).map((host) => ({ host, failure: { stage: 'resolve', reason: 'nxdomain' } })),
    servers: healthy.servers.map((server, index) => ({
      ...server,
      host: textAt(hostileTexts, index),
      answers: server.answers.map((answer, place) =>
        answer.answer.ok
          ? {
              ...answer,
              answer: { ok: true, facts: { ...answer.answer.facts, records: hostileTexts.slice(place, place + 9) } },
            }
          : answer,
      ),
    })),
    validations: healthy.validations.map((validation, index) => ({
      ...validation,
      records: hostileTexts.slice(index, index + 9),
      result: {
        state: 'bogus',
        at: textAt(hostileTexts, index),
        why: textAt(hostileTexts, index + 1),
        reason: 'signature-invalid',
      },
    })),
    opinions: healthy.opinions.map((opinion, index) => ({
      ...opinion,
      answer: {
        ok: true,
        facts: { rcode: 'SERVFAIL', ad: false, extendedErrors: [`6: DNSSEC Bogus (${textAt(hostileTexts, index)})`] },
      },
    })),
  };
}
