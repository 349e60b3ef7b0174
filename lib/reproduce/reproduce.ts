import { findCheck } from '../checks/find-check.ts';
import type { Params, Subject } from '../model/finding.ts';
import { askEveryServer, delv, dig, digKeys, digSrv, digTlsaOfMx } from './dns-commands.ts';
import {
  capabilityLines,
  connect,
  deepLines,
  listSuites,
  showBothKeys,
  showCertificateRequest,
  showCertificates,
  showCloseAlert,
  showKeyDigest,
  showWithoutServerName,
  talkInClear,
  talkInsideTls,
  tryVersions,
  type MailPlace,
} from './mail-commands.ts';
import {
  domainRecipes,
  endpointRecipes,
  zoneRecipes,
  type DomainRecipe,
  type EndpointRecipe,
  type ZoneRecipe,
} from './recipes.ts';
import { shellCommand } from './shell-quote.ts';

/**
 * Commands for a POSIX shell that show a finding to whoever runs them, the plainest first; none for a code that this
 * version does not know. What came from strangers is quoted, and what cannot be seen is replaced, so that each command is
 * the one line that is read.
 */
export function reproduce(finding: {
  readonly code: string;
  readonly subject: Subject;
  readonly params: Params;
}): readonly string[] {
  const { code, subject, params } = finding;
  const checkId = findCheck(code)?.id;
  if (checkId === undefined) return [];
  switch (subject.kind) {
    case 'endpoint': {
      const { endpoint, address } = subject;
      const place: MailPlace = {
        endpoint: { ...endpoint, host: word(endpoint.host) },
        address: address === null ? null : word(address),
      };
      return cookEndpoint(endpointRecipes[code] ?? endpointRecipes[checkId] ?? 'talk', { place, params });
    }
    case 'domain': {
      const recipe = domainRecipes[code] ?? domainRecipes[checkId] ?? 'locate';
      return cookDomain(recipe, word(subject.domain));
    }
    case 'zone':
      return cookZone(zoneRecipes[code] ?? zoneRecipes[checkId] ?? 'keys', word(subject.zone));
    case 'vantage':
      return cookZone(zoneRecipes[code] ?? zoneRecipes[checkId] ?? 'root', '.');
  }
}

function cookEndpoint(
  recipe: EndpointRecipe,
  { place, params }: { readonly place: MailPlace; readonly params: Params },
): readonly string[] {
  const { host, port, service, tlsMode } = place.endpoint;
  const inClear = (lines: readonly string[]): readonly string[] =>
    tlsMode === 'starttls' ? [talkInClear(place, lines)] : [];
  switch (recipe) {
    case 'addresses':
      return [dig(host, 'A'), dig(host, 'AAAA')];
    case 'connect':
      return [...connect(place), dig(host, 'A'), dig(host, 'AAAA')];
    case 'talk':
      return [...inClear(capabilityLines[service]), talkInsideTls(place, capabilityLines[service])];
    case 'certificates':
      return showCertificates(place);
    case 'both-keys':
      return showBothKeys(place);
    case 'without-server-name':
      return showWithoutServerName(place);
    case 'versions':
      return tryVersions(place);
    case 'suites':
      return listSuites(place);
    case 'certificate-request':
      return showCertificateRequest(place);
    case 'close-alert':
      return showCloseAlert(place);
    case 'deep-status':
      return [talkInsideTls(place, deepLines[service]), ...inClear(deepLines[service])];
    case 'client-command':
      return [talkInsideTls(place, ['EHLO latchwatch.invalid', 'CLIENT name=latchwatch version=1', 'CLIENT version'])];
    case 'early-pop3':
      return [talkInsideTls(place, ['CAPA', 'STAT'])];
    case 'early-mail':
      return [talkInClear(place, ['EHLO latchwatch.invalid', 'MAIL FROM:<>'])];
    case 'injection':
      return [shellCommand(['testssl.sh', '--starttls-injection', '-t', dialect(service), `${host}:${String(port)}`])];
    case 'status-url':
      return [...faultyUrls(params).map(fetchUrl), talkInsideTls(place, deepLines[service])];
    case 'tlsa': {
      const owner = `_${String(port)}._tcp.${host}`;
      return [dig(owner, 'TLSA'), delv(owner, 'TLSA'), showKeyDigest(place)];
    }
    case 'several-times':
      return [
        dig(host, 'A'),
        dig(host, 'AAAA'),
        ...showCertificates(place),
        talkInsideTls(place, capabilityLines[service]),
      ];
  }
}

function cookDomain(recipe: DomainRecipe, domain: string): readonly string[] {
  switch (recipe) {
    case 'mx':
      return [dig(domain, 'MX'), delv(domain, 'MX')];
    case 'mx-tlsa':
      return [dig(domain, 'MX'), digTlsaOfMx(domain)];
    case 'srv':
      return digSrv(domain);
    case 'locate':
      return [dig(domain, 'MX'), ...digSrv(domain)];
    case 'autoconfig':
      return [
        fetchUrl(`https://autoconfig.${domain}/mail/config-v1.1.xml`),
        fetchUrl(`https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`),
        fetchUrl(`https://autodiscover.${domain}/autodiscover/autodiscover.xml`),
        ...digSrv(domain),
      ];
    case 'policies':
      return [
        dig(`_mta-sts.${domain}`, 'TXT'),
        dig(`_smtp._tls.${domain}`, 'TXT'),
        fetchUrl(`https://mta-sts.${domain}/.well-known/mta-sts.txt`),
        dig(domain, 'MX'),
      ];
    case 'test-message':
      return [
        shellCommand([
          ...['curl', '--verbose', '--user', `test@${domain}`, '--mail-from', `test@${domain}`],
          ...['--mail-rcpt', `test@${domain}`, '--upload-file', 'message.eml', `smtps://smtp.${domain}:465`],
        ]),
      ];
  }
}

function cookZone(recipe: ZoneRecipe, zone: string): readonly string[] {
  switch (recipe) {
    case 'clock':
      return ['date -u', 'chronyc tracking'];
    case 'keys':
      return digKeys(zone);
    case 'servers':
      return askEveryServer(zone);
    case 'root':
      return [dig('.', 'SOA'), 'dig +norecurse @k.root-servers.net . SOA', 'ip route get 193.0.14.129'];
    case 'denial':
      return [dig(`no-such-name.${zone}`, 'TLSA'), delv(`no-such-name.${zone}`, 'TLSA')];
    case 'mail-records':
      return [dig(zone, 'DS'), dig(zone, 'MX'), dig(`_mta-sts.${zone}`, 'TXT')];
  }
}

/** The https URLs that the lines of a finding begin with. */
function faultyUrls({ faults }: Params): readonly string[] {
  const lines = typeof faults === 'object' && faults !== null ? faults : [];
  return lines.flatMap((line) => /^https:\/\/\S+(?=: )/.exec(line)?.[0] ?? []).slice(0, 5);
}

function fetchUrl(url: string): string {
  return shellCommand(['curl', '--verbose', '--globoff', '--output', '/dev/null', '--url', printable(url)]);
}

function dialect(service: MailPlace['endpoint']['service']): string {
  return service === 'submission' ? 'smtp' : service;
}

/** A name or an address as an argument: in one line, and never an option of the command. */
function word(text: string): string {
  const shown = Array.from(printable(text)).slice(0, 255).join('');
  return /^[A-Za-z0-9_*:.]/.test(shown) ? shown : `_${shown}`;
}

/** The text without what cannot be seen: what is copied is what was read. */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
