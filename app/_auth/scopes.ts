import type { TokenScope } from '#prisma/commands/tokens.ts';

export const roles = ['viewer', 'operator', 'approver', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** What a token can be allowed, and what only people may; a person's scopes follow from the role. */
export type Scope =
  | TokenScope
  | 'tokens:manage'
  | 'sources:manage'
  | 'exceptions:sign'
  | 'plans:approve'
  | 'accounts:read'
  | 'accounts:erase'
  | 'routes:manage'
  | 'people:manage'
  | 'audit:read';

const reading: readonly Scope[] = ['incidents:read', 'inventory:read', 'findings:read', 'status:read'];
const operating: readonly Scope[] = [
  ...reading,
  'incidents:ack',
  'incidents:silence',
  'inventory:write',
  'accounts:read',
  'preflight:run',
];

const scopesByRole: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: reading,
  operator: operating,
  approver: [...operating, 'exceptions:sign', 'plans:approve'],
  administrator: [
    ...operating,
    'exceptions:sign',
    'plans:approve',
    'tokens:manage',
    'sources:manage',
    'accounts:erase',
    'routes:manage',
    'people:manage',
    'audit:read',
  ],
};

/** The role of a user row; a word that we do not know may only look. */
export function parseRole(text: unknown): Role {
  return roles.find((role) => role === text) ?? 'viewer';
}

export function roleAllows(role: Role, scope: Scope): boolean {
  return scopesByRole[role].includes(scope);
}
