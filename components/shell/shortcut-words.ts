import type { PressAction } from './shortcuts.ts';

export const pressWords: Readonly<Record<PressAction, string>> = {
  acknowledge: 'Acknowledge',
  silence: 'Silence',
  probe: 'Probe now',
  'show-new': 'Show what is new',
};

/** All keys in words, as the help shows them. Only the last works while single keys are off. */
export const shortcutWords: readonly { readonly keys: string; readonly text: string }[] = [
  { keys: '?', text: 'This help' },
  { keys: 'g n', text: 'Go to: Now' },
  { keys: 'g d', text: 'Go to: Domains' },
  { keys: 'g c', text: 'Go to: Certificates' },
  { keys: 'g l', text: 'Go to: Clients and their latches' },
  { keys: 'g p', text: 'Go to: Planner' },
  { keys: 'g i', text: 'Go to: Incidents' },
  { keys: 'j', text: 'Next row' },
  { keys: 'k', text: 'Row before' },
  { keys: 'x', text: 'Select the row, where rows can be selected' },
  { keys: 'a', text: pressWords.acknowledge },
  { keys: 's', text: pressWords.silence },
  { keys: 'r', text: pressWords.probe },
  { keys: 'u', text: pressWords['show-new'] },
  { keys: '.', text: 'Copy a link to the row or the page' },
  { keys: 'Ctrl K or ⌘ K', text: 'Search, and go anywhere' },
];
