import type { ConsoleContent } from './console-content.ts';
import { foreignHost, hostileTexts } from './hostile-corpus.ts';

/** Where a page is looked at; texts of the corpus stand in what it is asked. */
type Visits = (content: ConsoleContent) => readonly string[];

const page = (place: string): string => `app/(console)/${place}page.tsx`;
const at =
  (...paths: readonly string[]): Visits =>
  () =>
    paths;
const question = encodeURIComponent(hostileTexts[2] ?? '');
const plan = 'op=disable_tls&versions=1.0&versions=1.1&hosts=mail.example.org';

/** The addresses of every page, with something to see at each. A page that is new needs a line here. */
export const pageVisits: Readonly<Record<string, Visits>> = {
  [page('')]: at('/'),
  [page('api-reference/')]: at('/api-reference?open=all', '/api-reference'),
  [page('certificates/')]: at('/certificates', `/certificates?words=${question}`),
  [page('certificates/[fingerprint]/')]: ({ fingerprints }) => fingerprints.map((print) => `/certificates/${print}`),
  [page('changes/')]: at('/changes'),
  [page('commitments/')]: at('/commitments'),
  [page('domains/[name]/report/')]: ({ domains }) => domains.map((name) => `/domains/${name}/report`),
  [page('design/')]: at('/design'),
  [page('domains/')]: at('/domains'),
  [page('domains/[name]/')]: ({ domains }) => domains.map((name) => `/domains/${name}`),
  [page('domains/[name]/conformance/')]: ({ domains }) => domains.map((name) => `/domains/${name}/conformance`),
  [page('endpoints/')]: at('/endpoints'),
  [page('endpoints/[id]/')]: ({ endpointIds }) => endpointIds.map((id) => `/endpoints/${id}`),
  [page('endpoints/[id]/compare/')]: ({ endpointIds }) =>
    [endpointIds[1], endpointIds.at(-1)].map((id) => `/endpoints/${id ?? 'none'}/compare`),
  [page('endpoints/[id]/declaration/')]: ({ endpointIds }) => [`/endpoints/${endpointIds[0] ?? ''}/declaration`],
  [page('exceptions/')]: at('/exceptions'),
  [page('exceptions/new/')]: ({ findingId }) => [`/exceptions/new?finding=${findingId}`],
  [page('find/')]: at('/find?q=mail', `/find?q=${question}`),
  [page('findings/')]: at('/findings', `/findings?words=${question}`),
  [page('findings/[code]/')]: at('/findings/certificate-expiry'),
  [page('help/')]: at('/help'),
  [page('incidents/')]: at('/incidents', '/incidents?show=all'),
  [page('incidents/[id]/')]: ({ incidentIds }) => incidentIds.map((id) => `/incidents/${id}`),
  [page('inventory/')]: at('/inventory'),
  [page('latches/')]: at('/latches'),
  [page('latches/account/')]: at('/latches/account'),
  [page('plan/')]: at('/plan', `/plan?${plan}`, `/plan?op=advertise&tag=${question}&hosts=${question}`),
  [page('plan/[id]/')]: ({ planId }) => [`/plan/${planId}`],
  [page('rollovers/')]: at('/rollovers', `/rollovers?endpoint=${question}`),
  [page('rollovers/[id]/')]: ({ rolloverId }) => [`/rollovers/${rolloverId}`],
  [page('settings/')]: at('/settings'),
  [page('settings/account/')]: at('/settings/account'),
  [page('settings/audit/')]: at('/settings/audit', `/settings/audit?actor=${question}`),
  [page('settings/backup/')]: at('/settings/backup'),
  [page('settings/keys/')]: at('/settings/keys'),
  [page('settings/people/')]: at('/settings/people'),
  [page('settings/people/[id]/')]: ({ personId }) => [`/settings/people/${personId}`],
  [page('settings/retention/')]: at('/settings/retention'),
  [page('settings/routes/')]: at('/settings/routes'),
  [page('settings/routes/[id]/')]: ({ routeIds }) => routeIds.map((id) => `/settings/routes/${id}`),
  [page('settings/routes/new/')]: at('/settings/routes/new?kind=mail', '/settings/routes/new?kind=webhook'),
  [page('settings/sources/')]: at('/settings/sources'),
  [page('settings/sources/[id]/')]: ({ sourceId }) => [`/settings/sources/${sourceId}`],
  [page('settings/tokens/')]: at('/settings/tokens'),
  [page('setup/')]: ({ setupRunIds }) => ['/setup', ...setupRunIds.map((id) => `/setup?run=${id}`)],
  [page('signals/')]: at('/signals', '/signals?by=client', `/signals?tag=${question}`),
  [page('silences/')]: at('/silences'),
  [page('silences/new/')]: at('/silences/new', `/silences/new?host=${question}&reason=${question}&code=${question}`),
  [page('statements/')]: at('/statements'),
  [page('support/')]: at('/support'),
  [page('support/notice/')]: ({ incidentIds }) => [
    '/support/notice?host=mail.example.org',
    ...incidentIds.slice(0, 2).map((id) => `/support/notice?incident=${id}`),
  ],
  [page('zones/[name]/')]: ({ zones }) => zones.map((name) => `/zones/${name}`),
  'app/ack/[token]/page.tsx': ({ acknowledgementToken }) => [`/ack/${acknowledgementToken}`, `/ack/${question}`],
  'app/login/page.tsx': at('/login', `/login?error=${question}&next=${encodeURIComponent(`https://${foreignHost}/`)}`),
  'app/prove/[token]/page.tsx': ({ proofToken }) => [`/prove/${proofToken}`],
  'app/setup/[token]/page.tsx': ({ setupToken }) => [`/setup/${setupToken}`, `/setup/${question}`],
};

/** Pages that show something to who is not signed in; signed in, some of them lead elsewhere. */
export const openPages = Object.keys(pageVisits).filter((file) => !file.startsWith('app/(console)/'));

const route = (place: string): string => `app/(console)/${place}route.ts`;

/** The addresses of every file that the console gives away. A route that is new needs a line here. */
export const exportVisits: Readonly<Record<string, Visits>> = {
  [route('certificates/[fingerprint]/pem/')]: ({ fingerprints }) =>
    fingerprints.map((print) => `/certificates/${print}/pem`),
  [route('certificates/export/')]: at('/certificates/export'),
  [route('domains/[name]/export/')]: ({ domains }) => domains.map((name) => `/domains/${name}/export`),
  [route('incidents/[id]/ticket/')]: ({ incidentIds }) =>
    incidentIds.flatMap((id) => [`/incidents/${id}/ticket`, `/incidents/${id}/ticket?format=json`]),
  [route('incidents/export/')]: at('/incidents/export', '/incidents/export?show=all'),
  [route('plan/export/')]: at(`/plan/export?${plan}`),
  [route('settings/audit/export/')]: at('/settings/audit/export'),
  [route('support/notice/file/')]: at('/support/notice/file?host=mail.example.org'),
  'app/feeds/certificates.ics/route.ts': at('/feeds/certificates.ics'),
  'app/feeds/incidents.atom/route.ts': at('/feeds/incidents.atom'),
};
