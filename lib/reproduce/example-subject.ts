import { findCheck } from '../checks/find-check.ts';
import { findServiceRow, type EndpointTarget } from '../model/endpoint.ts';
import type { Params, Subject } from '../model/finding.ts';
import { endpointRecipes } from './recipes.ts';

const host = 'mail.example.org';
const imap: EndpointTarget = { service: 'imap', tlsMode: 'implicit', host, port: 993 };
const clearImap: EndpointTarget = { service: 'imap', tlsMode: 'starttls', host, port: 143 };
const pop3: EndpointTarget = { service: 'pop3', tlsMode: 'implicit', host, port: 995 };
const submissions: EndpointTarget = { service: 'submission', tlsMode: 'implicit', host, port: 465 };
const submission: EndpointTarget = { service: 'submission', tlsMode: 'starttls', host, port: 587 };

/** What a page about a code shows its commands with: something of the right kind at example.org. */
export function exampleSubject(code: string): Subject {
  const check = findCheck(code);
  switch (check?.subject) {
    case 'domain':
    case 'message':
      return { kind: 'domain', domain: 'example.org' };
    case 'zone':
      return { kind: 'zone', zone: 'example.org' };
    case 'self':
      return { kind: 'vantage', vantage: 'local' };
    case 'endpoint':
    case 'scan':
    case undefined:
      return { kind: 'endpoint', endpoint: exampleEndpoint(code, check?.id ?? ''), address: null };
  }
}

/** What the wording of a code is filled with on such a page. */
export function exampleParams(subject: Subject): Params {
  if (subject.kind === 'domain') return { domain: subject.domain };
  if (subject.kind === 'zone') return { zone: subject.zone };
  if (subject.kind === 'vantage') return { vantage: subject.vantage };
  const { endpoint } = subject;
  const { host: name, port, service, tlsMode } = endpoint;
  return {
    ...{ host: name, port, service: findServiceRow(service, tlsMode)?.title ?? service, address: '192.0.2.1' },
    owner: `_${String(port)}._tcp.${name}`,
  };
}

function exampleEndpoint(code: string, checkId: string): EndpointTarget {
  switch (endpointRecipes[code] ?? endpointRecipes[checkId]) {
    case 'talk':
    case 'injection':
      return clearImap;
    case 'client-command':
      return submissions;
    case 'early-mail':
      return submission;
    case 'early-pop3':
      return pop3;
    default:
      return imap;
  }
}
