import { findExpiryLevel } from '#lib/checks/expiry-level.ts';
import type { Tone } from './ui/tone.ts';

/** One certificate of a chain as a card. Texts are a stranger's. */
export interface ChainCard {
  readonly role: string;
  readonly name: string;
  /** `ECDSA P-256` */
  readonly key: string;
  /** Milliseconds since the epoch; null: the certificate cannot be read. */
  readonly validity: { readonly notBefore: number; readonly notAfter: number } | null;
  /** How it came to be here, where that is not plain: `not sent, known to us`. */
  readonly note: string | null;
  /** TLSA records that match it: `3 1 1 0123456789abcdef…`. */
  readonly records: readonly string[];
  /** How it stands to the card above: it signed that one, or it did not, or there is nothing to sign. */
  readonly link: 'signed' | 'not-signed' | 'none';
}

export interface ChainPictureItem {
  readonly cards: readonly ChainCard[];
  /** Whether the whole leads to a trusted root, in a few words. */
  readonly end: { readonly trusted: boolean; readonly text: string };
}

const dayMs = 86_400_000;
/** How much of its life is left, in a word. */
export function lifeOf({ validity }: ChainCard, now: number): { readonly tone: Tone; readonly word: string } {
  if (validity === null) return { tone: 'unknown', word: 'cannot be read' };
  if (validity.notBefore > now) return { tone: 'crit', word: 'not valid yet' };
  const level = findExpiryLevel(validity, now);
  const days = Math.floor((validity.notAfter - now) / dayMs);
  const left = `${String(days)} ${days === 1 ? 'day' : 'days'} left`;
  switch (level) {
    case 'expired':
      return { tone: 'crit', word: `expired ${String(-days)} ${days === -1 ? 'day' : 'days'} ago` };
    case 'page':
    case 'crit':
      return { tone: 'crit', word: left };
    case 'warn':
      return { tone: 'warn', word: left };
    case 'fine':
      return { tone: 'ok', word: left };
  }
}

/** The picture in a sentence, for who cannot see it. */
export function chainPictureText({ cards, end }: ChainPictureItem, now: number): string {
  const each = cards.map((one) => {
    const records = one.records.length === 0 ? '' : `, matched by TLSA ${one.records.join(' and ')}`;
    const link = one.link === 'not-signed' ? ', did not sign the one above' : '';
    return `${one.role}: ${one.name}, ${one.key}, ${lifeOf(one, now).word}${one.note === null ? '' : `, ${one.note}`}${records}${link}`;
  });
  return `${each.join('. ')}. ${end.text}.`;
}
