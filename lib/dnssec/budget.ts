/**
 * What one validation may cost at most. A zone can be made so that honest work takes hours (CVE-2023-50387 with keys of
 * one tag, CVE-2023-50868 with NSEC3 hashes); the limit that stopped us is named in the verdict.
 */
export interface Limits {
  /** Signatures of one record set that are looked at. */
  readonly signaturesPerSet: number;
  /** Keys of one tag and algorithm that a signature is tried with. */
  readonly keysPerSignature: number;
  /** Signature verifications in all. */
  readonly signatures: number;
  /** NSEC3 hashes in all, each of up to 151 rounds. */
  readonly hashes: number;
  /** CNAME and DNAME records followed. */
  readonly aliases: number;
  /** Questions asked. */
  readonly questions: number;
}

export const defaultLimits: Limits = {
  signaturesPerSet: 8,
  keysPerSignature: 4,
  signatures: 160,
  hashes: 300,
  aliases: 11,
  questions: 80,
};

/** Counts what a validation spends. */
export interface Budget {
  readonly limits: Limits;
  readonly spent: () => { readonly signatures: number; readonly hashes: number; readonly questions: number };
  /** Takes one of a kind; false when there is none left. */
  readonly take: (kind: 'signatures' | 'hashes' | 'questions') => boolean;
}

export function createBudget(limits: Limits): Budget {
  const spent = { signatures: 0, hashes: 0, questions: 0 };
  return {
    limits,
    spent: () => ({ ...spent }),
    take: (kind) => {
      if (spent[kind] >= limits[kind]) return false;
      spent[kind] += 1;
      return true;
    },
  };
}
