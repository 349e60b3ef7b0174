import { shortcutWords } from '#components/shell/shortcut-words.ts';
import { readKey, type KeyPress } from '#components/shell/shortcuts.ts';

const press: KeyPress = {
  key: 'j',
  withModifier: false,
  withCommand: false,
  isTyping: false,
  afterGo: false,
  singleKeys: true,
};
const single = ['?', 'j', 'k', 'x', 'a', 's', 'r', 'u', '.', 'g'];

test('every single key does something, and says so in the help', () => {
  for (const key of single) expect([key, readKey({ ...press, key })]).toEqual([key, expect.anything()]);
  const shown = new Set(shortcutWords.map(({ keys }) => keys.split(' ')[0]));
  expect(single.filter((key) => !shown.has(key))).toEqual([]);
});

test('nothing happens while somebody types, with another modifier, or when single keys are off', () => {
  for (const key of [...single, 'n', 'i']) {
    for (const afterGo of [false, true]) {
      const at = { ...press, key, afterGo };
      expect(readKey({ ...at, isTyping: true })).toBeNull();
      expect(readKey({ ...at, withModifier: true })).toBeNull();
      expect(readKey({ ...at, withCommand: true })?.kind ?? null).toBe(key === 'k' ? 'search' : null);
      expect(readKey({ ...at, singleKeys: false })).toBeNull();
    }
  }
});

test('the search opens from everywhere: it needs a modifier', () => {
  const search = { ...press, key: 'k', withCommand: true, isTyping: true, singleKeys: false };
  expect(readKey(search)).toEqual({ kind: 'search' });
  expect(readKey({ ...search, key: 'K' })).toEqual({ kind: 'search' });
  expect(readKey({ ...search, withModifier: true })).toBeNull();
});

test('g and a second key lead to a page, and g with anything else nowhere', () => {
  const after = (key: string) => readKey({ ...press, key, afterGo: true });
  expect(['n', 'd', 'c', 'l', 'p', 'i'].map(after)).toEqual(
    ['/', '/domains', '/certificates', '/latches', '/plan', '/incidents'].map((href) => ({ kind: 'go', href })),
  );
  expect(['a', 'j', 'toString', '?'].map(after)).toEqual([null, null, null, null]);
});

test('the help names every place that g leads to, and no other', () => {
  const keys = shortcutWords.flatMap(({ keys }) => (keys.startsWith('g ') ? [keys.slice(2)] : []));
  expect(keys).toHaveLength(6);
  for (const key of keys) expect(readKey({ ...press, key, afterGo: true })).toMatchObject({ kind: 'go' });
});

test('keys that are not ours are left alone', () => {
  expect(['Enter', 'Tab', 'Escape', 'z', 'constructor', 'n'].map((key) => readKey({ ...press, key }))).toEqual(
    Array.from({ length: 6 }, () => null),
  );
});
