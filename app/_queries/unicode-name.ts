import { domainToASCII, domainToUnicode } from 'node:url';

/**
 * The Unicode form of a name in A-labels, to stand beside it, never in its place: many letters look alike. Null where
 * it is the same, or does not lead back to this name.
 */
export function unicodeName(ascii: string): string | null {
  const unicode = domainToUnicode(ascii);
  return unicode === '' || unicode === ascii || domainToASCII(unicode) !== ascii ? null : unicode;
}
