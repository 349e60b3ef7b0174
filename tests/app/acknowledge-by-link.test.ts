// First: Next's own parts look for what it sets up when they are loaded.
import { inRequest } from '#tests/app/support/request-scope.ts';
import { inspect } from 'node:util';
import { isValidElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { signAcknowledgement } from '#lib/alerts/acknowledgement-token.ts';
import { deriveKey } from '#lib/alerts/derived-key.ts';
import { acknowledgeByLinkAction } from '#app/_actions/acknowledge-by-link.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import AcknowledgePage from '#app/ack/[token]/page.tsx';
import { openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedIncident } from '#tests/app/support/seed.ts';

let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await openConsole();
  await seedIncident(app.database, { id: 'A', state: 'firing' });
});
afterAll(() => app.close());

function linkOf(recipient: string): string {
  const key = deriveKey(readWebSettings().secret, 'acknowledgement link');
  return signAcknowledgement({ incidentId: 'A', recipient, expiresAt: Date.now() + 3_600_000 }, key);
}

/** The words of the page, as somebody without JavaScript gets them. */
async function pageOf(token: string): Promise<string> {
  const page = () => AcknowledgePage({ params: Promise.resolve({ token }) });
  const outcome = await inRequest({ headers: {} }, page);
  if (outcome.how !== 'answered' || !isValidElement(outcome.value)) throw new Error(inspect(outcome));
  return renderToStaticMarkup(outcome.value)
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ');
}

it('tells who pressed the button that it is theirs, also when the page comes anew, and others whose it is', async () => {
  const [mine, others] = [linkOf('ada@example.org'), linkOf('bob@example.org')];
  expect(await pageOf(mine)).toContain('nobody has taken it');
  expect(await pageOf(mine)).toContain('I take care');
  const form = new FormData();
  form.set('token', mine);
  const outcome = await inRequest({ headers: { origin: publicUrl } }, () => acknowledgeByLinkAction(null, form));
  expect(outcome).toMatchObject({ how: 'answered', value: { ok: true } });
  const seen = await pageOf(mine);
  expect(seen).toContain('You took it');
  expect(seen).not.toContain('I take care');
  expect(await pageOf(others)).toContain('ada@example.org took it');
});

it('says that a link that was changed does not work', async () => {
  expect(await pageOf(`${linkOf('ada@example.org')}x`)).toContain('This link does not work');
});
