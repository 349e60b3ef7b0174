import type { PackVerdicts, Verdict } from '#lib/model/finding.ts';

/** What a rule pack says of a statement, in words that follow its name. */
const packWord: Readonly<Record<Verdict, string>> = {
  pass: 'holds',
  info: 'holds, with a note',
  warn: 'warns',
  fail: 'fails',
  crit: 'fails, critical',
  inconclusive: 'could not look',
  'n-a': 'does not apply',
  superseded: 'superseded',
};

/** Both packs in one line, e.g. `Draft of 2015: holds · Current practice: fails`. */
export function packLine({ draft, current }: PackVerdicts): string {
  return `Draft of 2015: ${packWord[draft]} · Current practice: ${packWord[current]}`;
}
