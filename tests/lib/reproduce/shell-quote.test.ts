import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { shellCommand, shellQuote } from '#lib/reproduce/shell-quote.ts';

/** What a real shell makes of the words, each with a NUL after it. */
function wordsIn(shell: string, command: string): readonly string[] {
  const { stdout, status } = spawnSync(shell, ['-c', `printf '%s\\0' ${command}`], { encoding: 'buffer' });
  expect(status).toBe(0);
  return stdout.toString('utf8').split('\0').slice(0, -1);
}

const strange = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(...Array.from('\'"`$\\;&|<>(){}[]*?~#!=% \t\n\r\u001b\u0007-+')),
    minLength: 1,
    maxLength: 12,
  }),
  fc.domain(),
  fc.ipV6(),
);

describe('shellQuote', () => {
  it.each(['sh', 'bash'])('gives %s each word as it was, whatever is in it', (shell) => {
    fc.assert(
      fc.property(fc.array(strange, { minLength: 1, maxLength: 6 }), (words) => {
        const kept = words.map((text) => text.replaceAll('\0', ''));
        expect(wordsIn(shell, words.map(shellQuote).join(' '))).toEqual(kept);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves plain words as they are read, and quotes all others', () => {
    expect(shellCommand(['openssl', 's_client', '-connect', '[2001:db8::1]:993'])).toBe(
      "openssl s_client -connect '[2001:db8::1]:993'",
    );
    expect(shellQuote('mail.example.org:993')).toBe('mail.example.org:993');
    expect(shellQuote("it's")).toBe("'it'\\''s'");
    expect(shellQuote('')).toBe("''");
    expect(shellQuote('a\0b')).toBe('ab');
    expect(shellQuote('~root')).toBe("'~root'");
    expect(shellQuote('A=b')).toBe('A=b');
    expect(shellQuote('=b')).toBe("'=b'");
  });
});
