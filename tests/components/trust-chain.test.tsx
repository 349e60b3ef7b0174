import { renderToStaticMarkup } from 'react-dom/server';
import type { Validation } from '#lib/model/dnssec.ts';
import { dnssecStates } from '#lib/model/dnssec.ts';
import { judgeDnssec } from '#components/dnssec-words.ts';
import { svgText } from '#components/svg-text.ts';
import { TrustChain } from '#components/trust-chain.tsx';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import {
  bogus,
  changeLink,
  changeValidations,
  denialOf,
  healthyZone,
  indeterminate,
  insecure,
  secure,
  signature,
  unsignedZone,
} from '#tests/support/zone-observations.ts';

function render(validations: readonly Validation[], { stale = false, now = testNow } = {}): string {
  return renderToStaticMarkup(<TrustChain validations={validations} now={now} stale={stale} />);
}

/** What is drawn and listed, without the legend, which shows every state. */
function withoutLegend(html: string): string {
  return html.replace(/<ul class="flex flex-wrap gap-x-5.*?<\/ul>/s, '');
}

test('only what is secure, was seen lately and has not expired since is good', () => {
  const context = { now: testNow, stale: false };
  expect(judgeDnssec(secure, context).tone).toBe('ok');
  for (const state of [bogus('signature-expired'), insecure(), indeterminate()]) {
    expect(judgeDnssec(state, context).tone).not.toBe('ok');
  }
  for (const state of [secure, bogus('signature-expired'), insecure(), indeterminate()]) {
    expect(judgeDnssec(state, { ...context, stale: true }).tone).toBe('unknown');
  }
  expect(judgeDnssec({ state: 'secure', expiresAt: testNow - 1 }, context).tone).toBe('unknown');
});

test.each([
  ['bogus', bogus('signature-expired')],
  ['insecure', insecure()],
  ['indeterminate', indeterminate()],
] as const)('a chain that is %s throughout has nothing green in its picture', (state, result) => {
  const zone = changeValidations(healthyZone(), ({ links }) => ({
    result,
    links: links.map((link) => ({ ...link, state: result, dsSignatures: [], keySignatures: [] })),
    signatures: [],
    denial: null,
  }));
  const html = withoutLegend(render(zone.validations));
  expect(html).not.toContain('tone-ok');
  expect(html).toContain(`are ${state}`);
});

test('a stale chain says what it was, and nothing of it is green', () => {
  const html = withoutLegend(render(healthyZone().validations, { stale: true }));
  expect(html).not.toContain('tone-ok');
  expect(html).toContain('Stale, was: secure');
});

test('a chain that has expired since is not green, also where nobody looked again yet', () => {
  const html = withoutLegend(render(healthyZone().validations, { now: testNow + 21 * dayMs }));
  expect(html).not.toContain('tone-ok');
  expect(html).toContain('Was secure, expired since');
  expect(html).toContain('answers were secure');
});

test('the states are told by the pattern of the line, not by colour alone', () => {
  const broken = changeLink(healthyZone(), { state: bogus('ds-mismatch', 'example.org DNSKEY') }).validations;
  const patterns = (html: string) =>
    new Set([...withoutLegend(html).matchAll(/stroke-dasharray="([^"]+)"/g)].map((match) => match[1]));
  expect(patterns(render(healthyZone().validations)).size).toBe(0);
  expect(patterns(render(broken))).toContain('7 4');
  expect(patterns(render(unsignedZone().validations))).toContain('0.1 4.6');
  for (const state of dnssecStates) expect(render(broken)).toContain(`${state}: `);
});

test('the list has every signature of the chain and of the answers, with its dates and its server', () => {
  const hop = { kind: 'cname', from: 'a.example.org', to: 'b.example.org', state: secure } as const;
  let next = 0;
  const tagged = (owner: string) => signature({ owner, keyTag: 50_000 + next++, server: `192.0.2.53:${String(next)}` });
  const [first] = healthyZone().validations;
  if (first === undefined) throw new Error('the healthy zone has validations');
  const validation: Validation = {
    ...first,
    links: first.links.map((link) => ({
      ...link,
      dsSignatures: [tagged(link.zone)],
      keySignatures: [tagged(link.zone), tagged(link.zone)],
      denial: denialOf({ signatures: [tagged(link.zone)] }),
    })),
    hops: [{ ...hop, signatures: [tagged('a.example.org')] }],
    signatures: [tagged('b.example.org')],
    denial: denialOf({ signatures: [tagged('b.example.org')] }),
  };
  const html = render([validation]);
  for (let index = 0; index < next; index += 1) {
    expect(html).toContain(`key ${String(50_000 + index)}`);
    expect(html).toContain(`192.0.2.53:${String(index + 1)}<`);
  }
  expect(next).toBe(15);
  expect(html.slice(html.indexOf('As a list')).match(/2026-12-14 /g)?.length).toBeGreaterThanOrEqual(15);
});

test('what is bogus by a date shows that date, and the end of another signature is not its own', () => {
  const expired = signature({ type: 'SOA', status: 'signature-expired', expiration: testNow - 3 * dayMs });
  const change = { result: bogus('signature-expired', 'example.org SOA'), signatures: [expired, signature()] };
  const html = render(changeValidations(healthyZone(), () => change, 'example.org SOA').validations);
  expect(html).toMatch(/Bogus<\/tspan> · expired 3 days ago/);
  const wrong = { result: bogus('signature-invalid', 'example.org SOA') };
  expect(render(changeValidations(healthyZone(), () => wrong, 'example.org SOA').validations)).toMatch(
    /Bogus<\/tspan><\/text>/,
  );
});

test('the nodes name zones, keys, algorithms and the first expiry', () => {
  const html = render(healthyZone().validations);
  for (const text of ['DS 11111', 'KSK 11111', 'ZSK 22222', '13 ECDSA P-256', 'expires in 20 days']) {
    expect(html).toContain(text);
  }
  expect(html).toContain('keys 20326, 38696');
});

test('names from strangers are cut and cannot turn text around or be markup', () => {
  const name = `\u202e<script>${'x'.repeat(5000)}.example.org`;
  const [first] = healthyZone().validations;
  if (first === undefined) throw new Error('the healthy zone has validations');
  const html = render([{ ...first, name }]);
  expect(html).not.toContain('<script');
  expect(html).not.toContain('\u202e');
  expect(html).not.toContain('x'.repeat(1000));
  expect(html).toContain('[U+202E]');
});

test('a long name keeps both of its ends', () => {
  expect(svgText('_25._tcp.mail.example.org', { widthPx: 100, charPx: 10 })).toBe('_25._….org');
  expect(svgText('mail', { widthPx: 100, charPx: 10 })).toBe('mail');
});
