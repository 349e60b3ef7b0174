import { Pager } from './pager.tsx';

export interface AffectedAccountsItem {
  /** Pseudonyms. */
  readonly accounts: readonly string[];
  readonly first: string | null;
  readonly next: string | null;
}

/** Accounts that a change locks out or puts at risk, by their pseudonyms. */
export function AffectedAccounts({ accounts, first, next }: AffectedAccountsItem) {
  return (
    <>
      <ul className="grid gap-x-6 gap-y-1 p-4 font-mono text-xs [grid-template-columns:repeat(auto-fill,minmax(17rem,1fr))]">
        {accounts.map((account) => (
          <li key={account} className="[overflow-wrap:anywhere]">
            {account}
          </li>
        ))}
      </ul>
      <Pager first={first} next={next} />
    </>
  );
}
