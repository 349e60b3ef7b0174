/** One client of one account at one server, as the reports of a batch have it; numbers are those of the dictionaries. */
export interface Holder {
  /** 32 lower-case hex digits. */
  readonly account: string;
  /** The account's pseudonym under the key before; null: there is none. */
  readonly previous: string | null;
  readonly server: number;
  readonly client: number;
  readonly class: number;
  readonly speaksDeep: boolean;
  /** `YYYY-MM-DD`, UTC. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly source: number;
}

/** An account whose rows may still stand under the key before. */
export interface RenamedAccount {
  readonly account: string;
  readonly previous: string;
}

/**
 * One row a client: the latest report says what it holds. One that says nothing of latches takes nothing back (draft
 * section 7.1: clients may keep silent).
 */
export function mergeHolders(holders: readonly Holder[]): readonly Holder[] {
  const merged: Holder[] = [];
  // Places in `merged`. By account first: a text of all three for each report would cost more than all else here.
  const places = new Map<string, Map<number, number>>();
  for (const holder of holders) {
    const ofAccount = places.get(holder.account) ?? new Map<number, number>();
    if (ofAccount.size === 0) places.set(holder.account, ofAccount);
    // Numbers of dictionaries have 32 bits at most, and there are far fewer servers.
    const key = holder.server * 2 ** 32 + holder.client;
    const place = ofAccount.get(key);
    const known = place === undefined ? undefined : merged[place];
    if (place !== undefined && known !== undefined) merged[place] = merge(known, holder);
    else ofAccount.set(key, merged.push(holder) - 1);
  }
  return merged;
}

function merge(a: Holder, b: Holder): Holder {
  const [older, newer] = a.at <= b.at ? [a, b] : [b, a];
  const telling = newer.speaksDeep || !older.speaksDeep ? newer : older;
  return {
    ...telling,
    previous: newer.previous ?? older.previous,
    firstDay: a.firstDay < b.firstDay ? a.firstDay : b.firstDay,
    lastDay: a.lastDay > b.lastDay ? a.lastDay : b.lastDay,
  };
}
