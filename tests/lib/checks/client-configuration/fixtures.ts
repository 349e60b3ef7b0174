import type { DomainObservation, Fetched, HttpDocument, PublishedConfiguration } from '#lib/model/observation.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { healthyDomain, olderDomain, srvLookup } from '#tests/support/observations.ts';
import {
  autoconfigUrl,
  autoconfigXml,
  autodiscoverUrl,
  autodiscoverXml,
  fetchedDocument,
  healthyConfiguration,
  healthyServers,
  webTls,
} from '#tests/support/published-configuration.ts';
import {
  changeWatched,
  failed,
  healthyWatched,
  refusedFailure,
  watchedService,
} from '#tests/support/watched-services.ts';
import type { DomainFixtures } from '../fixture.ts';

const watched = healthyWatched();

function publishing(change: Partial<PublishedConfiguration>): DomainObservation {
  return { ...healthyDomain(), configuration: healthyConfiguration(change) };
}

function autoconfig(servers: readonly string[], change: Partial<HttpDocument> = {}): DomainObservation {
  return publishing({ autoconfig: [fetchedDocument(autoconfigUrl, autoconfigXml(servers), change)] });
}

const missing = (url: string): Fetched => fetchedDocument(url, 'not found', { status: 404, contentType: 'text/plain' });
const nothing = publishing({ autoconfig: [missing(autoconfigUrl)], autodiscover: [missing(autodiscoverUrl)] });
const unseen: Fetched = {
  ok: false,
  url: autoconfigUrl,
  tls: null,
  failure: { stage: 'connect', reason: 'timeout' },
};

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'a server that does not answer',
      code: 'configuration-dead',
      verdict: 'fail',
      address: null,
      observation: healthyDomain(),
      context: {
        watched: changeWatched(
          ({ port }) => port === 995,
          (item) => failed(item, refusedFailure),
        ),
      },
      says: /autoconfig: mail\.example\.org:995 \(implicit TLS\), where nobody answers/,
    },
    {
      name: 'a port that begins in another way',
      code: 'configuration-dead',
      verdict: 'fail',
      address: null,
      observation: autoconfig(['imap mail.example.org 143 SSL']),
      context: {
        watched: [
          ...watched,
          failed(watchedService({ service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: 143 }), {
            stage: 'handshake',
            reason: 'tls',
            said: 'ERR_SSL_WRONG_VERSION_NUMBER',
          }),
        ],
      },
      says: /mail\.example\.org:143 \(implicit TLS\), where something else answers/,
    },
    {
      name: 'a server without TLS',
      code: 'configuration-plaintext',
      verdict: 'fail',
      address: null,
      observation: autoconfig(['imap mail.example.org 143 plain', ...healthyServers]),
      context: { watched },
      says: /autoconfig: mail\.example\.org:143 \(no TLS\)/,
    },
    {
      name: 'autodiscover with SSL off',
      code: 'configuration-plaintext',
      verdict: 'fail',
      address: null,
      observation: publishing({
        autodiscover: [fetchedDocument(autodiscoverUrl, autodiscoverXml(['SMTP submit.example.org 587 off']))],
      }),
      context: { watched },
      says: /autodiscover: submit\.example\.org:587 \(no TLS\)/,
    },
    {
      name: 'a server that SRV does not name',
      code: 'configuration-differs-from-srv',
      verdict: 'warn',
      address: null,
      observation: autoconfig(['imap imap.example.net 993 SSL']),
      context: {
        watched: [
          ...watched,
          watchedService({ service: 'imap', tlsMode: 'implicit', host: 'imap.example.net', port: 993 }),
        ],
      },
      says: /imap\.example\.net:993 \(implicit TLS\) is not in _imaps/,
    },
    {
      name: 'XML that is cut off',
      code: 'configuration-unreadable',
      verdict: 'warn',
      address: null,
      observation: publishing({
        autoconfig: [fetchedDocument(autoconfigUrl, '<clientConfig><emailProvider>')],
      }),
      context: { watched },
      says: /autoconfig: https:\/\/autoconfig\.example\.org\/.*not well-formed/,
    },
    {
      name: 'a certificate for another name',
      code: 'configuration-certificate',
      verdict: 'warn',
      address: null,
      observation: autoconfig(healthyServers, {
        tls: webTls(autoconfigUrl, issueCertificate({ commonName: 'x', dnsNames: ['www.example.net'] })),
      }),
      context: { watched },
      says: /autoconfig: its certificate is for www\.example\.net/,
    },
    {
      name: 'no document by https',
      code: 'configuration-over-http',
      verdict: 'warn',
      address: null,
      observation: publishing({
        autoconfig: [
          missing(autoconfigUrl),
          fetchedDocument('http://autoconfig.example.org/mail/config-v1.1.xml', autoconfigXml(healthyServers), {
            tls: null,
          }),
        ],
      }),
      context: { watched },
      says: /plain HTTP only.*http:\/\/autoconfig\.example\.org/s,
    },
  ],
  silent: [
    { name: 'all in order', observation: healthyDomain(), context: { watched }, decided: true },
    { name: 'nobody publishes any', observation: nothing, context: { watched }, decided: true },
    {
      name: 'servers in another order, once more and in part',
      observation: autoconfig([...healthyServers].reverse().slice(1).concat(healthyServers.slice(0, 1))),
      context: { watched },
      decided: true,
    },
    {
      name: 'a service that SRV does not tell of',
      observation: withoutPop3(healthyDomain()),
      context: { watched },
      decided: true,
    },
    {
      name: 'a web server that answers everything with a page',
      observation: publishing({
        autoconfig: [fetchedDocument(autoconfigUrl, '<!DOCTYPE html><p>Welcome', { contentType: 'text/html' })],
        autodiscover: [],
      }),
      context: { watched },
      decided: true,
    },
    {
      name: 'a port that is not gone to',
      observation: withoutPop3(autoconfig(['pop3 mail.example.org 9995 SSL'])),
      context: { watched: watched.filter(({ target }) => target.service !== 'pop3') },
      decided: true,
    },
    {
      name: 'servers that were not probed yet',
      observation: healthyDomain(),
      context: { watched: [] },
      decided: false,
    },
    {
      name: 'a web server that is not heard',
      observation: publishing({ autoconfig: [unseen] }),
      context: { watched },
      decided: false,
    },
    { name: 'an older observation', observation: olderDomain(), context: { watched }, decided: false },
  ],
};

function withoutPop3(domain: DomainObservation): DomainObservation {
  return {
    ...domain,
    srv: domain.srv.map((one) => (one.label.startsWith('_pop3') ? srvLookup(one.label, []) : one)),
  };
}
