import { describeFinding, findFinding } from '#lib/checks/registry.ts';
import { showText, showTime } from '#lib/checks/wording.ts';
import type { RejudgeReport } from '#lib/model/rejudge-schema.ts';

/** The report as lines for a terminal: one block a subject. */
export function describeRejudge({ differences, judged, unreadable, since }: RejudgeReport): readonly string[] {
  const subjects = [...new Set(differences.map(({ subject }) => subject))];
  return [
    `Since ${showTime(since)}: ${count(judged.runs, 'run')} of ${count(judged.subjects, 'subject')} judged again, ${count(differences.length, 'difference')}.`,
    ...subjects.flatMap((subject) => [
      '',
      showText(subject, 300),
      ...differences.filter((item) => item.subject === subject).flatMap(describe),
    ]),
    ...(unreadable.length === 0 ? [] : ['', 'Not judged:']),
    ...unreadable.map(({ subject, reason }) => `  ${showText(subject, 200)}: ${showText(reason, 300)}`),
  ];
}

function describe(item: RejudgeReport['differences'][number]): readonly string[] {
  const { code, address, recorded, today, from, until } = item;
  const what =
    recorded === null
      ? `would be found now (${today ?? ''})`
      : today === null
        ? `would not be found any more (was ${recorded})`
        : `would be ${today} instead of ${recorded}`;
  const where = address === null ? '' : ` at ${showText(address, 60)}`;
  const summary = findFinding(code)?.summary ?? describeFinding({ code, params: {} }).title;
  return [`  ${showText(code, 60)}${where}: ${what}`, `    ${summary}; ${showTime(from)} to ${showTime(until)}`];
}

function count(number: number, word: string): string {
  return `${String(number)} ${word}${number === 1 ? '' : 's'}`;
}
