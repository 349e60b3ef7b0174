import { isValidElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import NowPage from '#app/(console)/page.tsx';
import { openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { inRequest } from '#tests/app/support/request-scope.ts';
import { seedDomain, seedIncident } from '#tests/app/support/seed.ts';

/** The first page in all its states, as a person gets it. */
let app: ConsoleUnderTest;
let cookies: { readonly viewer: string; readonly operator: string };

async function read(role: 'viewer' | 'operator' = 'operator'): Promise<string> {
  const outcome = await inRequest({ headers: { cookie: cookies[role], origin: publicUrl } }, () => NowPage());
  if (outcome.how !== 'answered' || !isValidElement(outcome.value)) throw new Error(`the page ${outcome.how}`);
  return renderToStaticMarkup(outcome.value);
}

async function without<T>(table: string, then: () => Promise<T>): Promise<T> {
  await app.database.$executeRawUnsafe(`ALTER TABLE ${table} RENAME TO hidden`);
  try {
    return await then();
  } finally {
    await app.database.$executeRawUnsafe(`ALTER TABLE hidden RENAME TO ${table}`);
  }
}

beforeAll(async () => {
  app = await openConsole();
  cookies = { viewer: await app.session('viewer'), operator: await app.session('operator') };
});
afterAll(() => app.close());

test('before it could read anything it says that nothing is known, with the number of the log', async () => {
  await without('incident', async () => {
    const html = await read();
    expect(html).toMatch(/<h1[^>]*>Not known/);
    expect(html).toContain('What needs you could not be read');
    expect(html).toMatch(/under <code[^>]*>[0-9a-f]{8}</);
    expect(html).not.toContain('Then:');
  });
});

test('before anything is watched it is the field for a domain, for who may add one', async () => {
  expect(await read()).toMatch(/Which mail domain.*name="name"/s);
  const html = await read('viewer');
  expect(html).toContain('An operator can add one.');
  expect(html).not.toContain('<form');
});

test('a fault is in the verdict and in the list; with the others a viewer sees it and cannot take it', async () => {
  const { endpointId } = await seedDomain(app.database, 'example.org', new Date());
  await seedIncident(app.database, {
    id: 'one',
    state: 'firing',
    endpointId,
    firstSeen: new Date(),
    title: '\u202eevil',
  });
  await seedIncident(app.database, { id: 'two', state: 'acknowledged', host: 'b.example.org', title: 'Taken fault' });
  await app.database.incident.update({ where: { id: 'two' }, data: { acknowledgedBy: 'ada@example.org' } });
  const html = await read();
  // The guess was never looked at, so that one of the two servers is unknown.
  expect(html).toMatch(/One thing needs you\..*2 servers, 1 domain, 1 unknown\./s);
  expect(html).toMatch(/New and critical: \[U\+202E\]evil/);
  expect(html).toMatch(/data-action="acknowledge"/);
  expect(html).toMatch(/Somebody has these.*Taken fault.*ada@example\.org/s);
  expect(html).toMatch(/href="\/domains\/example\.org".*24 h: /s);
  expect(html).toContain('No server has promised anything yet');
  expect(html).not.toMatch(/style="|<script>alert/);
  expect(await read('viewer')).not.toContain('data-action="acknowledge"');
});

test('when one part cannot be read the others stand', async () => {
  await without('report_source', async () => {
    const html = await read();
    expect(html).toContain('The sources could not be read');
    expect(html).toContain('One thing needs you.');
  });
  expect(await read()).not.toContain('could not be read');
});

test('when nothing can be read the last that was known is shown with its age, and nobody can act on it', async () => {
  await without('incident', async () => {
    const html = await read();
    expect(html).toContain('Not of today.');
    expect(html).toMatch(/Then: One thing needs you\. 2 servers, 1 domain, 1 unknown\..*U\+202E/s);
    expect(html).not.toContain('<form');
    expect(html).not.toContain('tone-ok');
  });
});
