import { renderToStaticMarkup } from 'react-dom/server';
import { PlanAnswerView } from '#components/plan-answer.tsx';
import { PlanComparison } from '#components/plan-comparison.tsx';
import { planChange } from '#lib/planner/plan.ts';
import { showCount } from '#app/_queries/show-count.ts';
import { testNow } from '#tests/support/certificates.ts';
import { cubeOf, evidence, host, promise } from '#tests/lib/planner/world.ts';

const answer = planChange({
  change: { op: 'disable_tls', hosts: [host], ports: [], versions: ['1.0', '1.1'] },
  cube: cubeOf([
    {
      client: { name: '<img src=x onerror=alert(1)>\u202e', version: '1' },
      latched: ['tls10'],
      tlsVersion: 'TLSv1',
      holders: 3,
    },
    { client: { name: 'Many', version: '2' }, latched: ['tls10'], tlsVersion: 'TLSv1', holders: 12_431 },
  ]),
  ledger: [promise('tls10')],
  evidence: evidence(),
  now: testNow,
});

function render(role: 'viewer' | 'operator'): string {
  const list = role === 'viewer' ? null : { accounts: ['0123abcd'], first: null, next: '/plan?after=0123abcd' };
  const show = (clients: number) => showCount(clients, role);
  return renderToStaticMarkup(
    <PlanAnswerView
      answer={answer}
      accounts={12_000}
      list={list}
      exportHref="/plan/export?op=disable_tls"
      show={show}
      now={testNow}
    />,
  );
}

it('says it in a sentence, with numbers and what they do not cover', () => {
  const html = render('operator');
  expect(html).toContain('Locks out 12,434 clients.');
  expect(html).toContain('No logins were reported here');
  expect(html).toContain('12,000 accounts');
  expect(html).toContain('0123abcd');
});

it('hides from a viewer how few there are, and every pseudonym', () => {
  const html = render('viewer');
  expect(html).toContain('&lt;5');
  expect(html).not.toMatch(/>3</);
  expect(html).not.toContain('0123abcd');
});

it('shows what a client calls itself as text', () => {
  const html = render('operator');
  expect(html).not.toContain('<img');
  expect(html).toContain('U+202E');
});

it('has a table beside the picture', () => {
  const html = render('operator');
  expect(html).toContain('<svg');
  expect(html).toContain('<caption class="sr-only">Clients still active by date</caption>');
});

describe('two changes side by side', () => {
  const none = { ...answer.totals, breaks: 0, 'at-risk': 0 };
  const render = (one: typeof answer, other: typeof answer) =>
    renderToStaticMarkup(
      <PlanComparison
        changes={[
          { answer: one, href: '/plan?a' },
          { answer: other, href: '/plan?b' },
        ]}
        show={(clients) => showCount(clients, 'viewer')}
        now={testNow}
        swapHref="/plan?b&against=a"
      />,
    );

  it.each([
    [{ ...answer, totals: none, verdict: 'safe' } as const, 'locks out 12,434 more clients than the other'],
    [{ ...answer, totals: { ...answer.totals, breaks: 12_432 } }, 'locks out &lt;5 more clients than the other'],
    [{ ...answer, totals: none, verdict: 'unknown' } as const, 'Nobody can say whom the other locks out'],
    [answer, 'both harm as many'],
  ])('say which harms fewer, and not more than is known', (other, words) => {
    expect(render(answer, other)).toContain(words);
  });
});
