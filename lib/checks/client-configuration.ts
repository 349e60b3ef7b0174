import { publishedTarget, showPublished, type PublishedService } from '../advert/published-service.ts';
import { readAutoconfig, readAutodiscover, type DocumentReading } from '../advert/read-documents.ts';
import { findServiceRow } from '../model/endpoint.ts';
import type { DomainObservation } from '../model/observation.ts';
import type { DomainCheck, FindingDefinition, WatchedService } from './check.ts';
import { judgeWholeDomain, notApplicable, passed, undecided, type Decision } from './decision.ts';
import { findWatched, livenessOf, type Liveness } from './liveness.ts';
import { listParam, textParam } from './wording.ts';

const refs = ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 8314 section 5.1', 'checklist row 5'];
const setUp = 'Accounts that are set up by it do not work, or stay for years in a state that nobody meant.';

/** Whether autoconfig and autodiscover lead clients to what is alive, protected and in SRV as well. */
export const clientConfiguration: DomainCheck = {
  id: 'client-configuration',
  subject: 'domain',
  findings: [
    define('configuration-dead', {
      summary: 'A configuration document leads clients to a server that is not there',
      title: 'leads clients to servers that are not there',
      expected: 'Every server that a configuration document names answers, in the way of TLS that it is named with',
      meaning: 'Mail programs that set up an account by it get nowhere, and the customer calls the support desk.',
      fix: 'Correct host, port or socket type in the document, or bring the server back.',
    }),
    define('configuration-plaintext', {
      summary: 'A configuration document tells clients to go without TLS',
      refs: ['draft-ietf-uta-email-deep-00 section 10.7', 'RFC 8314 section 4.1', 'checklist row 25'],
      title: 'tells clients to go without TLS',
      expected: 'Implicit TLS, or STARTTLS, for every server',
      meaning:
        'Accounts that are set up by it send passwords and mail in clear text, every day and from every network.',
      fix: 'Name the port of implicit TLS with socket type SSL and take the plaintext entry out.',
    }),
    define('configuration-differs-from-srv', {
      summary: 'Configuration documents and SRV records lead clients to different servers',
      refs: ['draft-ietf-uta-email-deep-00 section 10.4.2', 'checklist row 18'],
      title: 'names servers that SRV records do not',
      expected: 'The same servers in every place where clients look',
      meaning:
        'Which of the two a customer gets depends on the mail program. A server that only one of them names is forgotten ' +
        'when things change.',
      fix: 'Decide which is right and make the other one say the same.',
    }),
    define('configuration-unreadable', {
      summary: 'A configuration document cannot be read',
      title: 'cannot be read',
      expected: 'A well-formed document of the kind that clients ask for',
      meaning: 'Mail programs pass over it without a word and guess, or ask the customer for server names.',
      fix: 'Fetch the address with curl and correct the document; an XML validator tells the place.',
    }),
    define('configuration-certificate', {
      summary: 'The web server of a configuration document has a certificate that clients refuse',
      title: 'comes with a certificate that clients refuse',
      expected: 'A trusted certificate for the name of the web server',
      meaning:
        'Mail programs refuse the document, and then try the next address or guess. Some of those are not protected.',
      fix: 'Get a certificate that has this name, and reload the web server.',
    }),
    define('configuration-over-http', {
      summary: 'Configuration is handed out by plain HTTP only',
      title: 'is there by plain HTTP only',
      expected: 'The document at an https address',
      meaning:
        'Whoever is on the way, such as the owner of a wireless network, can name a server of their own and gets the ' +
        'password of the next account that is set up.',
      fix: 'Serve the document by https under the same name.',
    }),
  ],
  judge: (observation, { watched }) => {
    const sources = readSources(observation);
    return judgeWholeDomain(observation, {
      'configuration-dead': judgeDead(sources, watched),
      'configuration-plaintext': over(sources, 'fail', ({ content }) => content.filter(isPlaintext).map(showPublished)),
      'configuration-differs-from-srv': judgeDifference(observation, sources),
      'configuration-unreadable': judgeReadable(sources),
      'configuration-certificate': over(sources, 'warn', ({ fault }) => (fault === null ? [] : [fault])),
      'configuration-over-http': over(sources, 'warn', ({ url }) => (url.startsWith('http:') ? [url] : [])),
    });
  },
};

function define(
  code: string,
  finding: Pick<FindingDefinition, 'summary'> & {
    readonly refs?: readonly string[];
    readonly title: string;
    readonly expected: string;
    readonly meaning: string;
    readonly fix: string;
  },
): FindingDefinition {
  const { summary, title, expected, fix, meaning } = finding;
  return {
    code,
    summary,
    refs: [...refs, ...(finding.refs ?? [])],
    confirmations: code === 'configuration-dead' ? 2 : 1,
    text: (params) => ({
      title: `Configuration of ${textParam(params, 'domain', 60)} ${title}`,
      expected,
      got: listParam(params, 'faults', 200),
      meaning: `${meaning} ${setUp}`,
      fix,
    }),
  };
}

interface Source {
  readonly name: 'autoconfig' | 'autodiscover';
  readonly reading: DocumentReading<readonly PublishedService[]>;
}
type Found = Extract<Source['reading'], { readonly state: 'found' }>;

/** Null in what older versions stored. */
function readSources({ domain, configuration }: DomainObservation): readonly Source[] | null {
  if (configuration === undefined) return null;
  return [
    { name: 'autoconfig', reading: readAutoconfig(configuration, domain) },
    { name: 'autodiscover', reading: readAutodiscover(configuration) },
  ];
}

/**
 * Faults of the documents that were found: normalised, so that their order says nothing. `null` stands for something
 * that could not be told.
 */
function over(
  sources: readonly Source[] | null,
  verdict: 'warn' | 'fail',
  faultsOf: (found: Found) => readonly (string | null)[],
): Decision {
  if (sources === null) return undecided;
  const told = sources.flatMap(({ name, reading }) =>
    reading.state === 'found' ? faultsOf(reading).map((fault) => (fault === null ? null : `${name}: ${fault}`)) : [],
  );
  const faults = told.filter((fault) => fault !== null);
  if (faults.length > 0) return { verdict, params: { faults: [...new Set(faults)].toSorted() } };
  return told.length > 0 ? undecided : settle(sources);
}

function settle(sources: readonly Source[]): Decision {
  if (sources.some(({ reading }) => reading.state === 'unseen')) return undecided;
  return sources.some(({ reading }) => reading.state === 'found') ? passed : notApplicable;
}

function isPlaintext({ security }: PublishedService): boolean {
  return security === 'plaintext';
}

function judgeReadable(sources: readonly Source[] | null): Decision {
  if (sources === null) return undecided;
  const faults = sources.flatMap(({ name, reading }) =>
    reading.state === 'unreadable' ? [`${name}: ${reading.url}: ${reading.why}`] : [],
  );
  return faults.length > 0 ? { verdict: 'warn', params: { faults } } : settle(sources);
}

const deadWords: Readonly<Record<Exclude<Liveness, 'live' | 'unknown'>, string>> = {
  dead: 'nobody answers',
  other: 'something else answers',
};

function judgeDead(sources: readonly Source[] | null, watched: readonly WatchedService[] | undefined): Decision {
  if (watched === undefined) return undecided;
  return over(sources, 'fail', ({ content }) =>
    content.flatMap((published) => {
      const target = publishedTarget(published);
      // A port that is not one of mail is not gone to because some document says so.
      if (target === null) return [];
      const liveness = livenessOf(findWatched(watched, target)?.latest ?? null);
      switch (liveness) {
        case 'live':
          return [];
        case 'unknown':
          return [null];
        case 'dead':
        case 'other':
          return [`${showPublished(published)}, where ${deadWords[liveness]}`];
      }
    }),
  );
}

/** Only services that SRV records name are compared: what is missing there is told by another check. */
function judgeDifference({ srv }: DomainObservation, sources: readonly Source[] | null): Decision {
  return over(sources, 'warn', ({ content }) =>
    content.flatMap((published) => {
      const { service, host, port, security } = published;
      const label = findServiceRow(service, security === 'implicit' ? 'implicit' : 'starttls')?.srvLabel ?? null;
      const lookup = srv.find((one) => one.label === label)?.lookup;
      if (lookup?.ok !== true) return [null];
      const { records } = lookup.facts;
      const named = records.some((one) => one.target.toLowerCase() === host && one.port === port);
      return records.length === 0 || named ? [] : [`${showPublished(published)} is not in ${String(label)}`];
    }),
  );
}
