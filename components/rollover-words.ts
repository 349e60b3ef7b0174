import type { RolloverGate, RolloverGateName, RolloverLight, ShownKey } from '#lib/dane/rollover.ts';
import type { Tone } from './ui/tone.ts';

/* The words of rollovers, shared by list and page. */

export const toneOfLight: Readonly<Record<RolloverLight, Tone>> = {
  go: 'ok',
  'no-go': 'crit',
  deployed: 'info',
  done: 'ok',
};

export const wordOfLight: Readonly<Record<RolloverLight, string>> = {
  go: 'GO',
  'no-go': 'NO-GO',
  deployed: 'Deployed',
  done: 'Done',
};

export const titleOfGate: Readonly<Record<RolloverGateName, string>> = {
  publish: 'Publish the new record beside the old one',
  caches: 'Wait until no cache has a set without it',
  deploy: 'Deploy the new certificate at every address',
  retire: 'Take the old record away',
};

export const toneOfGate: Readonly<Record<RolloverGate['state'], Tone>> = {
  open: 'ok',
  closed: 'warn',
  later: 'unknown',
};

export const wordOfGate: Readonly<Record<RolloverGate['state'], string>> = {
  open: 'Done',
  closed: 'Now',
  later: 'Later',
};

export const wordOfShown: Readonly<Record<ShownKey, string>> = {
  new: 'the new key',
  old: 'the old key',
  both: 'old and new keys in turn',
  neither: 'another key',
};
