import type { EndpointTarget } from '../model/endpoint.ts';
import type { StepName } from './step-of-code.ts';

const capabilityTitles: Readonly<Record<EndpointTarget['service'], string>> = {
  imap: 'CAPABILITY and ID',
  pop3: 'CAPA',
  submission: 'EHLO',
  smtp: 'EHLO',
  sieve: 'Capabilities',
};

function starttlsWord({ service }: EndpointTarget): string {
  return service === 'pop3' ? 'STLS' : 'STARTTLS';
}

/** The name of a step on a page. */
export function titleOfStep(name: StepName, endpoint: EndpointTarget): string {
  const titles: Readonly<Record<StepName, string>> = {
    dns: 'DNS',
    connect: 'Connect',
    greeting: 'Greeting',
    security: endpoint.tlsMode === 'implicit' ? 'Implicit TLS' : starttlsWord(endpoint),
    version: 'TLS version',
    cipher: 'Cipher',
    chain: 'Certificate chain',
    name: 'Name in the certificate',
    tlsa: 'TLSA',
    capabilities: capabilityTitles[endpoint.service],
    deep: 'DEEP status',
  };
  return titles[name];
}

/** What a step should come to, in words. */
export function expectedOfStep(name: StepName, endpoint: EndpointTarget): string {
  const expected: Readonly<Record<StepName, string>> = {
    dns: 'The host has addresses',
    connect: 'The port is open',
    greeting: `The server greets as ${endpoint.service === 'submission' || endpoint.service === 'smtp' ? 'SMTP' : endpoint.service.toUpperCase()}`,
    security:
      endpoint.tlsMode === 'implicit'
        ? 'A TLS handshake from the first byte'
        : `${starttlsWord(endpoint)} is offered, and the handshake after it works`,
    version: 'TLS 1.2 or newer',
    cipher: 'At least 128 bits, authenticated',
    chain: 'A chain that leads to a trusted root, in date',
    name: `A certificate for ${endpoint.host}`,
    tlsa: 'Signed records that match the certificate, or none',
    capabilities: 'An answer with what the server can do',
    deep: 'A status whose tags this address can prove',
  };
  return expected[name];
}
