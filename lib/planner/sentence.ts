import type { PlanAnswer } from './answer.ts';

type Told = Pick<PlanAnswer, 'verdict' | 'totals' | 'coverage' | 'preconditions' | 'change' | 'hosts'>;

/** The answer in plain words. `show` writes a number of clients, which not everybody may see exactly. */
export function planSentence(answer: Told, show: (clients: number) => string): string {
  const missing = answer.preconditions.filter(({ state, blocks }) => blocks && state === 'not-met').length;
  const blocked =
    missing === 0
      ? ''
      : ` ${missing === 1 ? 'One precondition is' : `${String(missing)} preconditions are`} not met yet.`;
  return `${verdictWords(answer, show)} ${coverageWords(answer)}${blocked}`;
}

function verdictWords({ verdict, totals, hosts }: Told, show: (clients: number) => string): string {
  const presumed =
    totals.presumed === 0 ? '' : `, ${show(totals.presumed)} of them presumed to hold a latch without having said so`;
  switch (verdict) {
    case 'breaks':
      return totals['at-risk'] === 0
        ? `Locks out ${clients(totals.breaks, show)}.`
        : `Locks out ${clients(totals.breaks, show)}; ${show(totals['at-risk'])} more at risk${presumed}.`;
    case 'at-risk':
      return totals['at-risk'] === 0
        ? 'Locks out nobody who reports today, and must not be made as things stand.'
        : `0 reported that would be locked out; ${clients(totals['at-risk'], show)} at risk${presumed}.`;
    case 'unknown':
      return 'Nobody can say whom it locks out: no client of these hosts tells what it holds.';
    case 'safe':
      return hosts.length === 0 ? 'No host is known that it would touch.' : '0 reported that would be locked out.';
  }
}

function clients(count: number, show: (clients: number) => string): string {
  return `${show(count)} ${count === 1 ? 'client' : 'clients'}`;
}

/** What the numbers cannot cover; never left out. */
function coverageWords({ coverage: { logins, spokeOfLatches, pop, days } }: Told): string {
  if (logins === 0) return 'No logins were reported here, so there is nothing to go by.';
  const perDay = (count: number) => Math.ceil(count / days).toLocaleString('en');
  const byPop = pop === 0 ? '' : `, ${perDay(pop)} of them by POP`;
  return `About ${perDay(logins - spokeOfLatches)} logins a day cannot report or do not${byPop}.`;
}
