import type { Role } from '#lib/model/role.ts';
import { tokenScopes } from '#prisma/commands/tokens.ts';

/** What only people may: no token can be allowed these. */
const peopleScopes = [
  'tokens:manage',
  'sources:manage',
  'exceptions:sign',
  'plans:approve',
  'accounts:read',
  'accounts:erase',
  'routes:manage',
  'people:manage',
  'audit:read',
  'settings:manage',
] as const;

/** What a token can be allowed, and what only people may; a person's scopes follow from the role. */
export const scopes = [...tokenScopes, ...peopleScopes] as const;
export type Scope = (typeof scopes)[number];

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
    'settings:manage',
  ],
};

export function roleAllows(role: Role, scope: Scope): boolean {
  return scopesByRole[role].includes(scope);
}
