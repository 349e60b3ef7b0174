/** What no POSIX shell takes for anything but itself, wherever it stands after the first word. */
const plain = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,=-]*$/;

/**
 * The text as one word of a POSIX shell command (XCU section 2.2.2): whatever a stranger wrote stays data. NUL, which no
 * argument can hold, is left out.
 */
export function shellQuote(text: string): string {
  const held = text.replaceAll('\0', '');
  return plain.test(held) ? held : `'${held.replaceAll("'", "'\\''")}'`;
}

/** A command with its arguments, each quoted where it has to be. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
