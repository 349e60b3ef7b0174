import { renderToStaticMarkup } from 'react-dom/server';
import { BlastRadius, type BlastRadiusItem } from '#components/blast-radius.tsx';
import { durationText } from '#components/duration-text.ts';
import { IncidentEvidence } from '#components/incident-evidence.tsx';
import { IncidentList, type IncidentItem } from '#components/incident-list.tsx';
import { IncidentStanding, type IncidentStandingItem } from '#components/incident-standing.tsx';
import { IncidentTicket } from '#components/incident-ticket.tsx';
import { IncidentTimeline, type TimelineEntry } from '#components/incident-timeline.tsx';
import { SupportAnswerView, type SupportAnswer } from '#components/support-answer.tsx';

const now = Date.UTC(2026, 10, 26, 15);
const hostile = '</textarea><script>alert(1)</script>\u202egnp.exe';
const textOf = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

/** What a stranger wrote must be there as text, and nothing of it as an element or a character that turns text. */
function expectTamed(html: string): void {
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toMatch(/<script|\u202e|<\/textarea><script/);
}

const incident: IncidentItem = {
  ...{ id: 'I1', severity: 'critical', title: hostile, host: 'mail.example.org:993', affected: ['192.0.2.10'] },
  ...{ subjects: 0, explains: 0, accounts: null, unstable: false, explainedBy: null, since: now - 60_000 },
  ...{ resolvedAt: null, acknowledgedBy: null, owner: null, recovering: false },
};

test('rows can be ticked where there is a form for it, keep their link, and say with whom they are', () => {
  const html = renderToStaticMarkup(<IncidentList items={[incident]} now={now} selectable />);
  expectTamed(html);
  expect(html).toMatch(/<ul[^>]*data-live-list/);
  expect(html).toMatch(/<li data-row[^>]*>.*<input type="checkbox"[^>]*name="incidentId"[^>]*value="I1"/s);
  expect(html).toContain('href="/incidents/I1"');
  const plain = (more: Partial<IncidentItem>) =>
    textOf(renderToStaticMarkup(<IncidentList items={[{ ...incident, ...more }]} now={now} />));
  expect(plain({})).not.toMatch(/taken by|given to/);
  expect(plain({ owner: 'bob' })).toContain('given to bob');
  expect(plain({ acknowledgedBy: 'ada', owner: 'bob' })).toContain('with bob');
  expect(plain({ acknowledgedBy: 'ada' })).toContain('taken by ada');
  expect(renderToStaticMarkup(<IncidentList items={[incident]} now={now} />)).not.toContain('checkbox');
});

const blast: BlastRadiusItem = {
  root: { title: hostile, href: '/incidents/root' },
  groups: [
    { code: 'a', summary: 'The certificate expired', count: 40, relation: 'same-cause', isHere: true },
    { code: 'b', summary: 'A promise is not kept', count: 1, relation: 'consequence', isHere: false },
  ],
  ...{ more: 7, domains: { names: ['a.example', 'b.example'], total: 12 }, accounts: '1,204' },
};

test('what hangs on a root cause is a picture for the eye and the same as a list', () => {
  const html = renderToStaticMarkup(<BlastRadius item={blast} />);
  expectTamed(html);
  const [picture = '', list = ''] = [/<svg.*<\/svg>/s.exec(html)?.[0], html.split('</svg>')[1]];
  for (const words of [
    '40 places with the same fault',
    '1 consequence',
    '7 more',
    '12 mail domains',
    '1,204 accounts',
  ]) {
    expect(textOf(picture)).toContain(words);
    expect(textOf(list)).toContain(words);
  }
  expect(picture).toContain('aria-hidden="true"');
  expect(list).toContain('href="/incidents/root"');
  expect(list).toContain('and 10 more');
  const alone = { ...blast, groups: [], more: 0, domains: { names: [], total: 0 }, accounts: null };
  expect(renderToStaticMarkup(<BlastRadius item={alone} />)).toBe(
    '<p class="text-muted">Nothing else hangs on it, as far as is known.</p>',
  );
});

const standing: IncidentStandingItem = {
  ...{ state: 'firing', severity: 'critical', firstSeen: now - 7_384_000, resolvedAt: null, owner: null },
  ...{ accounts: '1,204', unstable: false, instance: 1, previous: null },
};

test('how an incident stands: state, how long, with whom, how many accounts, and whether it was there before', () => {
  const say = (more: Partial<IncidentStandingItem>) =>
    renderToStaticMarkup(<IncidentStanding item={{ ...standing, ...more }} now={now} />);
  expect(textOf(say({}))).toMatch(
    /Critical Firing for 2 h 3 min , since 2026-11-26 12:56:56 UTC with nobody yet 1,204 accounts at risk/,
  );
  expect(say({})).toContain('role="timer"');
  expect(textOf(say({ state: 'recovering', owner: 'ada' }))).toMatch(/Recovering.*with ada/);
  const previous = { id: 'I0', resolvedAt: now - 86_400_000 };
  expect(textOf(say({ instance: 3, previous }))).toMatch(
    /Reopened: here for the 3rd time, the last one ended 1 day ago/,
  );
  const over = say({ state: 'resolved', resolvedAt: now - 7_324_000 });
  expect(textOf(over)).toMatch(/Resolved lasted 1 min 0 s .*nobody took it/);
  expect(over).not.toContain('role="timer"');
});

test('lengths of time have their two largest units', () => {
  expect([0, -5, 59_999, 60_000, 3_600_000, 90_061_000].map(durationText)).toEqual([
    ...['0 s', '0 s', '59 s', '1 min 0 s', '1 h 0 min', '1 d 1 h'],
  ]);
});

const entry = (index: number, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  ...{ id: String(index), kind: 'incident', text: 'Opened', at: now - index, actor: 'latchwatch', notes: [] },
  ...{ delivery: null, ...more },
});

test('one timeline has what was decided, seen, told, said and changed, with the fate of each alert', () => {
  const delivery = {
    ...{ sentAt: null, givenUpAt: null, held: false, digest: false, overflowed: false, attempts: 3 },
    lastError: hostile,
  };
  const entries = [
    entry(1, { kind: 'alert', text: 'It is over, to Mail', delivery }),
    entry(2, { kind: 'comment', text: 'Comment', actor: 'ada', notes: [hostile] }),
    entry(3, { kind: 'change', text: hostile, notes: Array.from({ length: 12 }, (_, line) => `line ${String(line)}`) }),
    ...Array.from({ length: 30 }, (_, index) => entry(10 + index)),
  ];
  const html = renderToStaticMarkup(<IncidentTimeline entries={entries} now={now} />);
  expectTamed(html);
  const text = textOf(html);
  expect(text).toMatch(/Alert It is over, to Mail Not sent after 3 tries/);
  expect(text).toMatch(/Comment Comment by ada/);
  expect(text).toContain('and 4 more lines');
  expect(text).toContain('8 before that');
});

test('evidence says plainly when there is no good run, and shows bytes as text', () => {
  const lines = [{ from: 'server', text: hostile, atMs: 1 }] as const;
  const raw = [{ address: '192.0.2.10', side: 'after', lines }] as const;
  const first = renderToStaticMarkup(<IncidentEvidence item={{ kind: 'first-look', badAt: now, raw }} now={now} />);
  expectTamed(first);
  expect(textOf(first)).toContain('It was there at the first look');
  const gone = renderToStaticMarkup(<IncidentEvidence item={{ kind: 'not-kept' }} now={now} />);
  expect(textOf(gone)).toContain('No run of the time when it began is kept');
});

test('the ticket stands in a box that its text cannot leave, and can be saved without a script', () => {
  const html = renderToStaticMarkup(<IncidentTicket incidentId="a/../b?" markdown={hostile} json={hostile} />);
  expect(html).not.toContain('<script');
  expect(html.match(/<textarea/g)).toHaveLength(2);
  expect(html).toContain('href="/incidents/a%2F..%2Fb%3F/ticket?format=markdown"');
});

test('the support desk shows what programs and servers say of themselves as text', () => {
  const program: SupportAnswer['programs'][number] = {
    ...{ name: hostile, version: hostile, service: 'imap', serviceName: 'IMAP', server: hostile, latched: [hostile] },
    ...{ supported: [], speaksDeep: true, outcome: 'refuses', reasons: [hostile], reportedAt: now, lastDay: '' },
    failures: 1204,
  };
  const answer: SupportAnswer = {
    programs: [program, { ...program, speaksDeep: false, service: 'pop3', outcome: 'unknown' }],
    hosts: [
      { host: hostile, services: [], leftOut: ['IMAP'], statusUrls: ['javascript:alert(1)'], statusFaults: [hostile] },
    ],
    ...{ more: 2, namesLeftOut: 1204, advice: ['Say this.'], now },
  };
  const html = renderToStaticMarkup(<SupportAnswerView answer={answer} />);
  expectTamed(html);
  expect(html).not.toContain('href="javascript:');
  const text = textOf(html);
  expect(text).toMatch(
    /Will refuse to connect.*1,204 times; anybody can send such reports.*This client cannot report: POP/,
  );
  expect(text).toContain('Nobody watches this host');
  expect(text).toContain('too many ports: the rest of IMAP.');
  expect(text).toContain('too many names: 1,204 more');
  const nobody = renderToStaticMarkup(<SupportAnswerView answer={{ ...answer, programs: [], hosts: [], more: 0 }} />);
  expect(textOf(nobody)).toContain('That says nothing about whether it can connect');
});
