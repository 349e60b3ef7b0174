import type { NavigationGroup, NavigationItem } from '#components/main-navigation.tsx';
import type { Person } from '#app/_auth/find-person.ts';
import type { Scope } from '#app/_auth/scopes.ts';
import { personMay } from '#app/_auth/session.ts';

interface Place {
  readonly href: string;
  readonly text: string;
  /** Left out where the role may not; null: everybody may. */
  readonly needs: Scope | null;
}

const watch: readonly Place[] = [
  { href: '/', text: 'Now', needs: null },
  { href: '/incidents', text: 'Incidents', needs: null },
  { href: '/domains', text: 'Domains', needs: null },
  { href: '/endpoints', text: 'Endpoints', needs: null },
  { href: '/certificates', text: 'Certificates', needs: null },
  { href: '/changes', text: 'Changes', needs: null },
];
const clients: readonly Place[] = [
  { href: '/latches', text: 'Clients', needs: null },
  { href: '/signals', text: 'Signals', needs: null },
  { href: '/commitments', text: 'Promises', needs: null },
  { href: '/support', text: 'Support desk', needs: 'accounts:read' },
];
const change: readonly Place[] = [
  { href: '/plan', text: 'Planner', needs: null },
  { href: '/rollovers', text: 'Rollovers', needs: null },
  { href: '/silences', text: 'Silences', needs: null },
  { href: '/exceptions', text: 'Exceptions', needs: null },
];
const reference: readonly Place[] = [
  { href: '/findings', text: 'Findings', needs: null },
  { href: '/api-reference', text: 'API', needs: null },
  { href: '/help', text: 'Help', needs: null },
];
const settings: readonly Place[] = [{ href: '/settings', text: 'Settings', needs: null }];

/** What stands behind the pages of the menu: found by typing. */
const inner: readonly Place[] = [
  { href: '/statements', text: 'Statements of the draft', needs: null },
  { href: '/inventory', text: 'Inventory', needs: null },
  { href: '/settings/account', text: 'Your account', needs: null },
  { href: '/settings/routes', text: 'Alert routes', needs: 'routes:manage' },
  { href: '/settings/sources', text: 'Sources of reports', needs: 'sources:manage' },
  { href: '/settings/tokens', text: 'Tokens of the API', needs: 'tokens:manage' },
  { href: '/settings/people', text: 'People', needs: 'people:manage' },
  { href: '/settings/audit', text: 'Audit record', needs: 'audit:read' },
  { href: '/settings/retention', text: 'Retention: how long what is kept', needs: null },
  { href: '/settings/keys', text: 'Keys', needs: 'settings:manage' },
  { href: '/settings/backup', text: 'Backup', needs: 'settings:manage' },
  { href: '/design', text: 'Design', needs: null },
];
/** What one can begin, each on the page where its form is. */
const doings: readonly Place[] = [
  { href: '/setup', text: 'Add a domain', needs: 'inventory:write' },
  { href: '/silences/new', text: 'Silence alerts for a while', needs: 'incidents:silence' },
  { href: '/plan', text: 'Plan a change', needs: null },
  { href: '/exceptions', text: 'Sign an exception', needs: 'exceptions:sign' },
  { href: '/latches/account', text: 'Look up an account', needs: 'accounts:read' },
  { href: '/settings/tokens', text: 'Make a token', needs: 'tokens:manage' },
];

function allowed(person: Person, places: readonly Place[]): readonly NavigationItem[] {
  return places.flatMap(({ href, text, needs }) =>
    needs === null || personMay(person, needs) ? [{ href, text }] : [],
  );
}

/** The menu as this person sees it; `needsAction` incidents wait. */
export function navigationFor(person: Person, needsAction: number): readonly NavigationGroup[] {
  const counted = (items: readonly NavigationItem[]) =>
    items.map((item) => (item.href === '/incidents' ? { ...item, count: needsAction } : item));
  return [
    { title: 'Watch', items: counted(allowed(person, watch)) },
    { title: 'Clients', items: allowed(person, clients) },
    { title: 'Change', items: allowed(person, change) },
    { title: 'Reference', items: allowed(person, reference) },
    { title: 'Settings', items: allowed(person, settings) },
  ];
}

/** Pages by their names, and what one can begin there: what is found by typing before anything is asked of the database. */
export function placesFor(person: Person): {
  readonly pages: readonly NavigationItem[];
  readonly doings: readonly NavigationItem[];
} {
  return {
    pages: allowed(person, [...watch, ...clients, ...change, ...reference, ...settings, ...inner]),
    doings: allowed(person, doings),
  };
}
