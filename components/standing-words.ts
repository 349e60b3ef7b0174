import type { Standing } from '#lib/draft/conformance.ts';
import type { Tone } from './ui/tone.ts';

/** How a statement stands, in a word and a tone. What nobody looked at or can tell is never green. */
export const standingWords: Readonly<Record<Standing, { readonly word: string; readonly tone: Tone }>> = {
  pass: { word: 'Holds', tone: 'ok' },
  info: { word: 'Holds, with a note', tone: 'info' },
  warn: { word: 'Warning', tone: 'warn' },
  fail: { word: 'Fails', tone: 'fail' },
  crit: { word: 'Fails, critical', tone: 'crit' },
  inconclusive: { word: 'Could not look', tone: 'unknown' },
  'n-a': { word: 'Does not apply', tone: 'unknown' },
  superseded: { word: 'Superseded', tone: 'unknown' },
  'not-looked-at': { word: 'Not looked at', tone: 'unknown' },
  'needs-reports': { word: 'Needs client reports', tone: 'unknown' },
  'needs-declaration': { word: 'Needs a declaration', tone: 'unknown' },
  'own-duty': { word: 'Our own duty', tone: 'unknown' },
  'client-duty': { word: 'Duty of mail clients', tone: 'unknown' },
  'not-asked-for': { word: 'Not asked for any more', tone: 'unknown' },
};
