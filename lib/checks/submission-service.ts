import type { DomainObservation, EndpointObservation } from '../model/observation.ts';
import type { Service, TlsMode } from '../model/endpoint.ts';
import { mxHosts } from '../srv/locate.ts';
import type { DomainCheck, WatchedService } from './check.ts';
import { decideByPack, judgeWholeDomain, notApplicable, passed, undecided, type Decision } from './decision.ts';
import { livenessOf, showTargets, type Liveness } from './liveness.ts';
import { listParam, textParam } from './wording.ts';

const section = 'draft-ietf-uta-email-deep-00 section 10.2';

/** What a domain whose customers read mail offers them to send it, and how. */
export const submissionService: DomainCheck = {
  id: 'submission-service',
  subject: 'domain',
  findings: [
    {
      code: 'submission-missing',
      summary: 'No submission server is alive for a domain that people read mail at',
      refs: [section, 'RFC 8314 section 3.3', 'checklist row 9'],
      confirmations: 2,
      text: (params) => ({
        title: `No submission server of ${textParam(params, 'domain', 70)} is alive`,
        expected: 'A submission server, apart from the servers that take mail for the domain',
        got: `Mail is read at ${listParam(params, 'mailboxes')}; of submission servers ${listParam(params, 'dead')} is known`,
        meaning:
          'Customers cannot send mail, or send it by way of some other provider, past your policy and signatures.',
        fix: 'Offer submission with implicit TLS on port 465 and publish _submissions SRV records for it.',
      }),
    },
    {
      code: 'submission-implicit-missing',
      summary: 'Submission is offered with STARTTLS only',
      refs: [
        section,
        'draft-ietf-uta-email-deep-00 section 11.5',
        'RFC 8314 section 3.3',
        'RFC 8314 section 7.3',
        'checklist row 10',
        'checklist row 62',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'domain', 70)} has no submission with implicit TLS`,
        expected: 'Implicit TLS on port 465, beside STARTTLS on port 587 for as long as clients need that',
        got: `STARTTLS at ${listParam(params, 'starttls')}; implicit TLS at none that is known`,
        meaning:
          'Submission begins in clear text, where somebody on the network can keep TLS from starting for clients that ' +
          'do not insist on it.',
        fix: 'Switch on port 465 (in Postfix the submissions service of master.cf) and publish _submissions SRV records.',
      }),
    },
    {
      code: 'submission-on-mx',
      summary: 'Submission runs on the hosts that take mail for the domain',
      refs: [section, 'checklist row 9'],
      confirmations: 1,
      text: (params) => ({
        title: `Submission of ${textParam(params, 'domain', 70)} runs on its MX hosts`,
        expected: 'Submission servers apart from those that take mail from the Internet',
        got: `Submission and MX at ${listParam(params, 'hosts')}`,
        meaning:
          'On ports of their own this is common and allowed. Trouble of the one, such as a flood of spam, is then trouble ' +
          'of the other, and so is each change of its certificate or TLS settings.',
        fix: 'Nothing has to be done. When servers are next rearranged, give submission a host name of its own.',
      }),
    },
    {
      code: 'submission-legacy-undeclared',
      summary: 'Submission is alive at an unusual port, and nobody declared it',
      refs: [section, 'checklist row 12'],
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'domain', 60)} has submission at unusual ports that nobody declared`,
        expected: 'Ports 465 and 587, and others only where an operator declared them as kept for old clients',
        got: listParam(params, 'servers'),
        meaning: 'A forgotten entry is maintained by nobody: its certificate and its TLS settings age unseen.',
        fix: 'Declare the endpoint as legacy submission if old clients need it, or switch it off.',
      }),
    },
    {
      code: 'starttls-port-missing',
      summary: 'IMAP or submission is not offered with STARTTLS',
      refs: ['draft-ietf-uta-email-deep-00 section 9.2', 'RFC 8314 section 3', 'checklist row 28'],
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'domain', 60)} offers no STARTTLS for ${textParam(params, 'services', 40)}`,
        expected: 'By the draft of 2015, STARTTLS on ports 143 and 587 beside implicit TLS',
        got: `No endpoint with STARTTLS is known and alive for ${listParam(params, 'services')}`,
        meaning: 'Clients that know nothing but STARTTLS cannot connect. Today this is good practice and wanted.',
        fix: 'Nothing has to be done, unless customers still have such clients.',
      }),
    },
  ],
  judge: (observation, { watched }) =>
    judgeWholeDomain(observation, {
      'submission-missing': judgePresence(watched),
      'submission-implicit-missing': judgeImplicit(watched),
      'submission-on-mx': judgeHosts(observation, watched),
      'submission-legacy-undeclared': judgeLegacy(watched),
      'starttls-port-missing': judgeStarttls(watched),
    }),
};

type Watched = readonly WatchedService[] | undefined;

interface Offer {
  readonly watched: WatchedService;
  readonly liveness: Liveness;
}

function offersOf(watched: readonly WatchedService[], service: Service, tlsMode?: TlsMode): readonly Offer[] {
  return watched
    .filter(({ target }) => target.service === service && (tlsMode === undefined || target.tlsMode === tlsMode))
    .map((item) => ({ watched: item, liveness: livenessOf(item.latest) }));
}

function show(offers: readonly Offer[]): readonly string[] {
  return showTargets(offers.map(({ watched }) => watched.target));
}

const isLive = ({ liveness }: Offer): boolean => liveness === 'live';
const isUnknown = ({ liveness }: Offer): boolean => liveness === 'unknown';

function judgePresence(watched: Watched): Decision {
  if (watched === undefined) return undecided;
  const mailboxes = [...offersOf(watched, 'imap'), ...offersOf(watched, 'pop3')];
  const submission = offersOf(watched, 'submission');
  if (submission.some(isLive)) return passed;
  if (submission.some(isUnknown)) return undecided;
  const read = mailboxes.filter(isLive);
  if (read.length > 0) return { verdict: 'fail', params: { mailboxes: show(read), dead: show(submission) } };
  return mailboxes.some(isUnknown) ? undecided : notApplicable;
}

function judgeImplicit(watched: Watched): Decision {
  if (watched === undefined) return undecided;
  const implicit = offersOf(watched, 'submission', 'implicit');
  if (implicit.some(isLive)) return passed;
  const offers = offersOf(watched, 'submission', 'starttls');
  const starttls = offers.filter(isLive);
  if ([...implicit, ...offers].some(isUnknown)) return undecided;
  // Without any submission server, that is what is told.
  if (starttls.length === 0) return notApplicable;
  return decideByPack({ draft: 'fail', current: 'warn' }, { starttls: show(starttls) });
}

function judgeHosts(observation: DomainObservation, watched: Watched): Decision {
  const exchanges = mxHosts(observation);
  if (watched === undefined || !observation.mx.ok) return undecided;
  const submission = offersOf(watched, 'submission');
  const live = submission.filter(isLive);
  if (exchanges.length === 0 || live.length === 0) {
    return submission.some(isUnknown) ? undecided : notApplicable;
  }
  const taken = new Set(
    observation.hosts.flatMap(({ host, addresses }) =>
      exchanges.includes(host) && addresses.ok ? addresses.facts : [],
    ),
  );
  const apart = live.filter(({ watched: { target, latest } }) => {
    return !exchanges.includes(target.host) && !addressesOf(latest).some((address) => taken.has(address));
  });
  if (apart.length > 0) return passed;
  return { verdict: 'info', params: { hosts: show(live) } };
}

function addressesOf(latest: EndpointObservation | null): readonly string[] {
  return latest?.addresses.ok === true ? latest.addresses.facts.list : [];
}

/** The ports that RFC 6409 and RFC 8314 give to submission. */
const usualPorts: readonly number[] = [465, 587];

function judgeLegacy(watched: Watched): Decision {
  if (watched === undefined) return undecided;
  const unusual = offersOf(watched, 'submission').filter(
    ({ watched: { target, declaration } }) =>
      !usualPorts.includes(target.port) && declaration.legacySubmission !== true,
  );
  const live = unusual.filter(isLive);
  if (live.length > 0) return { verdict: 'info', params: { servers: show(live) } };
  return unusual.some(isUnknown) ? undecided : passed;
}

function judgeStarttls(watched: Watched): Decision {
  if (watched === undefined) return undecided;
  const services = (['imap', 'submission'] as const).map((service) => {
    const starttls = offersOf(watched, service, 'starttls');
    if (starttls.some(isLive)) return { service, state: 'offered' };
    if (starttls.some(isUnknown)) return { service, state: 'unknown' };
    return { service, state: offersOf(watched, service, 'implicit').some(isLive) ? 'missing' : 'not used' };
  });
  const missing = services.flatMap(({ service, state }) => (state === 'missing' ? [titles[service]] : []));
  if (missing.length > 0) return decideByPack({ draft: 'info', current: 'pass' }, { services: missing });
  return services.some(({ state }) => state === 'unknown') ? undecided : passed;
}

const titles = { imap: 'IMAP', submission: 'submission' } as const;
