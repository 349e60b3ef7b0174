import { err, ok, type Result } from '../model/result.ts';

/** As many characters as an address may have (RFC 5321 section 4.5.3.1), and some for odd user names. */
const maxLength = 320;

/**
 * Reads the user name or address of an account as somebody types or pipes it: without the blanks around it, one line. The
 * error is a sentence that does not repeat it.
 */
export function readAccountName(text: string): Result<string> {
  const name = text.trim();
  if (name === '') return err('Say which account.');
  if (name.length > maxLength) return err('This is longer than an address can be.');
  if (/\p{Cc}/u.test(name)) return err('Say one account, in one line.');
  return ok(name);
}
