/** What people may do; app/_auth/scopes.ts says what each role may. */
export const roles = ['viewer', 'operator', 'approver', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** The role that a word names; null: none. */
export function findRole(word: unknown): Role | null {
  return roles.find((role) => role === word) ?? null;
}

/** The role of a user row; a word that we do not know may only look. */
export function parseRole(text: unknown): Role {
  return findRole(text) ?? 'viewer';
}
