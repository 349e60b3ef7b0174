/** The direction of imports. ARCHITECTURE.md says why. @type {import('dependency-cruiser').IConfiguration} */
const inside = (...rooms) => `^(${rooms.join('|')})/`;
const forbid = (name, from, to, comment) => ({ name, comment, severity: 'error', from: { path: from }, to });

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { pathNot: '^prisma/generated/' }, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    forbid(
      'lib-is-pure',
      inside('lib'),
      { path: inside('app', 'components', 'workers', 'prisma', 'tests') },
      'lib holds no I/O.',
    ),
    forbid(
      'lib-builtins',
      inside('lib'),
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
      'node:crypto is the only builtin that lib may use.',
    ),
    forbid(
      'components-are-leaves',
      inside('components'),
      { path: inside('app', 'workers', 'prisma', 'tests') },
      'Components show what they are given.',
    ),
    forbid(
      'workers-not-app',
      inside('workers'),
      { path: inside('app', 'components', 'tests') },
      'Postgres is the only seam between web and worker.',
    ),
    forbid(
      'app-not-workers',
      inside('app'),
      { path: inside('workers', 'tests') },
      'Postgres is the only seam between web and worker.',
    ),
    {
      name: 'database-in-app',
      comment: 'Pages and routes read through _queries and write through _actions or prisma/commands.',
      severity: 'error',
      from: { path: inside('app'), pathNot: '^app/(_queries|_actions|_auth)/' },
      to: { path: '^prisma/(client|generated)' },
    },
    {
      name: 'database-in-workers',
      comment: 'Rows never leave store.',
      severity: 'error',
      from: { path: inside('workers'), pathNot: '^workers/(store|database|cli)/' },
      to: { path: '^prisma/(client|generated)' },
    },
    forbid(
      'prisma-is-below',
      inside('prisma'),
      { path: inside('app', 'components', 'workers', 'tests') },
      'The database knows nobody above it but lib.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|dist|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
    },
  },
};
