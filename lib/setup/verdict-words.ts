import type { SetupResult } from './setup-result.ts';

/** How a look ended, at a glance. */
export interface SetupVerdict {
  readonly tone: 'crit' | 'fail' | 'warn' | 'ok' | 'unknown';
  readonly sentence: string;
}

function count(distinct: number, one: string, many: string): string {
  return distinct === 1 ? one : `${String(distinct)} ${many}`;
}

/** The one sentence that stands above everything else. What was not looked at is never fine. */
export function setupVerdict(domain: string, result: SetupResult): SetupVerdict {
  const { exists, endpoints, findings, unknown, cutShort, ownNetworkDown } = result;
  if (exists === false) {
    return { tone: 'fail', sentence: `${domain} does not exist in DNS. Check how it is written.` };
  }
  if (ownNetworkDown) {
    return { tone: 'unknown', sentence: 'Our own network or resolver is down: nothing can be said. Try again soon.' };
  }
  if (endpoints.length === 0) {
    return exists === null
      ? { tone: 'unknown', sentence: `No name server gave an answer about ${domain}.` }
      : { tone: 'fail', sentence: `${domain} names no mail server, and none was found under the usual names.` };
  }
  const codes = (...verdicts: readonly string[]) =>
    new Set(findings.filter(({ verdict }) => verdicts.includes(verdict)).map(({ code }) => code)).size;
  const [critical, broken, warnings] = [codes('crit'), codes('fail'), codes('warn')];
  const left = unknown.length + (cutShort ? 1 : 0);
  if (critical > 0) {
    const faults = count(critical, 'One fault locks customers out', 'faults lock customers out');
    return { tone: 'crit', sentence: `${faults} or leaves them unprotected.` };
  }
  if (broken > 0) {
    return {
      tone: 'fail',
      sentence: `${count(broken, 'One thing is', 'things are')} broken and can lock customers out.`,
    };
  }
  if (warnings > 0) {
    return {
      tone: 'warn',
      sentence: `Customers get in. ${count(warnings, 'One thing is', 'things are')} worth mending.`,
    };
  }
  return left > 0
    ? {
        tone: 'unknown',
        sentence: `Nothing wrong was found, but ${count(left, 'one thing', 'things')} could not be looked at.`,
      }
    : { tone: 'ok', sentence: 'Everything that was looked at is in order.' };
}
