/** What a key presses, in the row that has the focus or else on the page. */
export type PressAction = 'acknowledge' | 'silence' | 'probe' | 'show-new';

/** What is done to the rows of the page. */
export type RowCommand =
  { readonly kind: 'next' | 'previous' | 'select' | 'copy' } | { readonly kind: 'press'; readonly action: PressAction };

export type Command =
  RowCommand | { readonly kind: 'search' | 'help' | 'begin-go' } | { readonly kind: 'go'; readonly href: string };

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

/** Where `g` and a second key lead. */
const places: ReadonlyMap<string, string> = new Map([
  ['n', '/'],
  ['d', '/domains'],
  ['c', '/certificates'],
  ['l', '/latches'],
  ['p', '/plan'],
  ['i', '/incidents'],
]);

const single: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['?', { kind: 'help' }],
  ['g', { kind: 'begin-go' }],
  ['j', { kind: 'next' }],
  ['k', { kind: 'previous' }],
  ['x', { kind: 'select' }],
  ['.', { kind: 'copy' }],
  ['a', { kind: 'press', action: 'acknowledge' }],
  ['s', { kind: 'press', action: 'silence' }],
  ['r', { kind: 'press', action: 'probe' }],
  ['u', { kind: 'press', action: 'show-new' }],
]);

/** What a key means here; null: nothing of ours. Every page loads it, so the words are apart (`shortcut-words.ts`). */
export function readKey(press: KeyPress): Command | null {
  const { key, withModifier, withCommand, isTyping, afterGo, singleKeys } = press;
  if (withCommand && !withModifier && key.toLowerCase() === 'k') return { kind: 'search' };
  if (withCommand || withModifier || isTyping || !singleKeys) return null;
  if (!afterGo) return single.get(key) ?? null;
  const href = places.get(key);
  return href === undefined ? null : { kind: 'go', href };
}
