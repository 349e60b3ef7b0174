/** Where `g` and a second key lead. */
const goKeys = [
  { key: 'n', href: '/', text: 'Now' },
  { key: 'd', href: '/domains', text: 'Domains' },
  { key: 'c', href: '/certificates', text: 'Certificates' },
  { key: 'l', href: '/latches', text: 'Clients and their latches' },
  { key: 'p', href: '/plan', text: 'Planner' },
  { key: 'i', href: '/incidents', text: 'Incidents' },
] as const;

/** What a key presses, in the row that has the focus or else on the page. */
const pressKeys = [
  { key: 'a', action: 'acknowledge', text: 'Acknowledge' },
  { key: 's', action: 'silence', text: 'Silence' },
  { key: 'r', action: 'probe', text: 'Probe now' },
  { key: 'u', action: 'show-new', text: 'Show what is new' },
] as const;

/** All keys in words, as the help shows them. Only the last works while single keys are off. */
export const shortcutWords: readonly { readonly keys: string; readonly text: string }[] = [
  { keys: '?', text: 'This help' },
  ...goKeys.map(({ key, text }) => ({ keys: `g ${key}`, text: `Go to: ${text}` })),
  { keys: 'j', text: 'Next row' },
  { keys: 'k', text: 'Row before' },
  { keys: 'x', text: 'Select the row, where rows can be selected' },
  ...pressKeys.map(({ key, text }) => ({ keys: key, text })),
  { keys: '.', text: 'Copy a link to the row or the page' },
  { keys: 'Ctrl K or ⌘ K', text: 'Search, and go anywhere' },
];

export type Command =
  | { readonly kind: 'search' | 'help' | 'next' | 'previous' | 'select' | 'copy' | 'begin-go' }
  | { readonly kind: 'go'; readonly href: string }
  | { readonly kind: 'press'; readonly action: string; readonly text: string };

export interface KeyPress {
  readonly key: string;
  readonly withModifier: boolean;
  /** Control or command is down. */
  readonly withCommand: boolean;
  /** In a field that takes text, or in a dialog. */
  readonly isTyping: boolean;
  /** `g` came just before. */
  readonly afterGo: boolean;
  /** Whether single keys do something. */
  readonly singleKeys: boolean;
}

const plain: Readonly<Record<string, Command>> = {
  '?': { kind: 'help' },
  g: { kind: 'begin-go' },
  j: { kind: 'next' },
  k: { kind: 'previous' },
  x: { kind: 'select' },
  '.': { kind: 'copy' },
};

/** What a key means here; null: nothing of ours. */
export function readKey(press: KeyPress): Command | null {
  const { key, withModifier, withCommand, isTyping, afterGo, singleKeys } = press;
  if (withCommand && !withModifier && key.toLowerCase() === 'k') return { kind: 'search' };
  if (withCommand || withModifier || isTyping || !singleKeys) return null;
  if (afterGo) {
    const place = goKeys.find((one) => one.key === key);
    return place === undefined ? null : { kind: 'go', href: place.href };
  }
  const pressed = pressKeys.find((one) => one.key === key);
  if (pressed !== undefined) return { kind: 'press', action: pressed.action, text: pressed.text };
  return Object.hasOwn(plain, key) ? (plain[key] ?? null) : null;
}
