import type { Judgement } from '../model/finding.ts';
import type { TlsFacts } from '../model/observation.ts';
import type { ScanObservation, StatusUrl } from '../model/scan-observation.ts';
import { matchHost } from '../x509/names.ts';
import { readChain } from '../x509/read-chain.ts';
import type { FindingDefinition, ScanCheck } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { judgeWholeEndpoint, notApplicable, passed, undecided } from './decision.ts';
import { listParam, textParam } from './wording.ts';

type Code =
  | 'status-url-not-https'
  | 'status-url-certificate'
  | 'status-url-unreachable'
  | 'status-url-login'
  | 'status-url-shared-fate';

const refs = [
  'draft-ietf-uta-email-deep-00 section 5.3',
  'draft-ietf-uta-email-deep-00 section 10.6',
  'checklist row 36',
];
const meaning =
  'Clients show this address to users in exactly the hour in which the mail service is out of order. If the page does not ' +
  'open then, they call you instead.';

/** Whether the page that a DEEP status names for the hour of need would open in that hour. */
export const statusUrl: ScanCheck = {
  id: 'status-url',
  subject: 'scan',
  findings: [
    define('status-url-not-https', {
      summary: 'The URL of a DEEP status is not an https URL',
      title: 'is not an https URL',
      expected: 'An https URL, as the draft asks for',
      fix: 'Correct the URL in the DEEP status. Redirects must lead to https addresses as well.',
    }),
    define('status-url-certificate', {
      summary: 'The certificate of the page that a DEEP status names is not valid',
      title: 'has no valid certificate',
      expected: 'A trusted certificate for the name in the URL',
      fix: 'Renew the certificate of the status page, and keep it apart from that of the mail servers.',
    }),
    define('status-url-unreachable', {
      summary: 'The page that a DEEP status names does not open',
      title: 'does not open',
      expected: 'A page with status 200',
      fix: 'Open the URL from outside of your network and correct the web server, or the URL in the DEEP status.',
    }),
    define('status-url-login', {
      summary: 'The page that a DEEP status names asks for a login',
      title: 'asks for a login',
      expected: 'A page that everybody can read',
      fix: 'Let the page be read without a login: in the hour of need nobody may be able to log in.',
    }),
    define('status-url-shared-fate', {
      summary: 'The page that a DEEP status names is hosted on what it reports about',
      title: 'is hosted on what it reports about',
      expected: 'Another machine, better another network, than that of the mail servers',
      fix: 'Move the status page to other infrastructure, so that it still answers when the mail servers do not.',
    }),
  ],
  judge: (observation, context) => judgeUrls(observation, context.watchedAddresses ?? []),
};

function define(
  code: Code,
  finding: Pick<FindingDefinition, 'summary'> & {
    readonly title: string;
    readonly expected: string;
    readonly fix: string;
  },
): FindingDefinition {
  const { summary, title, expected, fix } = finding;
  return {
    code,
    summary,
    refs,
    confirmations: code === 'status-url-unreachable' ? 2 : 1,
    text: (params) => ({
      title: `Status page of ${textParam(params, 'host', 60)} ${title}`,
      expected,
      got: listParam(params, 'faults', 200),
      meaning,
      fix,
    }),
  };
}

function judgeUrls(observation: ScanObservation, watched: readonly string[]): readonly Judgement[] {
  const { statusUrls, addresses } = observation;
  const monitored = new Set([...addresses.map(({ address }) => address), ...watched]);
  const over = (verdict: 'warn' | 'fail' | 'crit', judge: (url: StatusUrl) => Outcome): Decision => {
    if (statusUrls.length === 0) return notApplicable;
    const outcomes = statusUrls.map(judge);
    const faults = outcomes.flatMap((outcome) => (outcome.state === 'fault' ? [outcome.fault] : []));
    if (faults.length > 0) return { verdict, params: { faults } };
    return outcomes.some(({ state }) => state === 'unseen') ? undecided : passed;
  };
  const decisions: Decisions<Code> = {
    'status-url-not-https': over('fail', judgeScheme),
    'status-url-certificate': over('crit', judgeCertificate),
    'status-url-unreachable': over('fail', judgeFetch),
    'status-url-login': over('fail', judgeLogin),
    'status-url-shared-fate': over('warn', (url) => judgePlace(url, monitored)),
  };
  return judgeWholeEndpoint(observation, decisions);
}

type Outcome =
  { readonly state: 'fine' } | { readonly state: 'unseen' } | { readonly state: 'fault'; readonly fault: string };

const fine: Outcome = { state: 'fine' };
const unseen: Outcome = { state: 'unseen' };
const fault = ({ url }: StatusUrl, what: string): Outcome => ({
  state: 'fault',
  fault: `${url.slice(0, 100)}: ${what.slice(0, 160)}`,
});

function judgeScheme(item: StatusUrl): Outcome {
  if (!isHttps(item.url)) return fault(item, URL.canParse(item.url) ? 'not https' : 'not a URL');
  const { fetched } = item;
  const visited = fetched.ok ? [...fetched.facts.redirects, fetched.facts.url] : [fetched.url];
  const next = visited.find((url) => !isHttps(url));
  return next === undefined ? fine : fault(item, `leads to ${next}`);
}

/** The name that the handshake was for, and the certificate: a fetch goes on with one that nobody should trust. */
function judgeCertificate(item: StatusUrl): Outcome {
  const { fetched } = item;
  const { url, tls } = fetched.ok ? fetched.facts : fetched;
  if (!isHttps(url)) return fine;
  if (tls === null) return unseen;
  const what = certificateFault(new URL(url).hostname, tls);
  return what === null ? fine : fault(item, what);
}

function certificateFault(host: string, { pkix, chain }: TlsFacts): string | null {
  if (!pkix.trusted) return `the certificate is not trusted: ${pkix.error}`;
  const leaf = readChain(chain)[0] ?? null;
  if (leaf === null) return 'the certificate cannot be read';
  return matchHost(host, leaf.dnsNames).matches
    ? null
    : `the certificate is for ${leaf.dnsNames.slice(0, 3).join(' ')}`;
}

function judgeFetch(item: StatusUrl): Outcome {
  const { fetched } = item;
  if (!isHttps(item.url) || (!fetched.ok && !isHttps(fetched.url))) return fine;
  if (!fetched.ok) {
    const { stage, reason, said } = fetched.failure;
    // Our own limits say nothing of the page, nor does what passes in a minute.
    if (reason === 'busy' || reason === 'temporary' || (reason === 'blocked' && stage === 'connect')) return unseen;
    return fault(item, `${reason} at ${stage}${said === undefined ? '' : `: ${said}`}`);
  }
  const { status, asksForLogin } = fetched.facts;
  return asksForLogin || (status >= 200 && status <= 299) ? fine : fault(item, `status ${String(status)}`);
}

function judgeLogin(item: StatusUrl): Outcome {
  if (!item.fetched.ok) return unseen;
  return item.fetched.facts.asksForLogin ? fault(item, 'asks for a login') : fine;
}

function judgePlace(item: StatusUrl, monitored: ReadonlySet<string>): Outcome {
  if (item.addresses.length === 0) return unseen;
  const shared = item.addresses.filter((address) => monitored.has(address));
  return shared.length === 0 ? fine : fault(item, `at ${shared.slice(0, 4).join(', ')}, as a monitored mail server`);
}

function isHttps(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}
