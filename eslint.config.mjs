import nextPlugin from '@next/eslint-plugin-next';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['.next/', 'dist/', 'data/', 'prisma/generated/', 'next-env.d.ts', '**/*.mjs', 'tests/lab/.state/']),
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `void promise` says that nobody waits; an arrow that returns void reads well in handlers.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name what you export.' },
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Text from strangers stays text.' },
      ],
    },
  },
  {
    files: ['lib/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'performance'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'lib is given the time.' },
        { object: 'Math', property: 'random', message: 'lib is given its random numbers.' },
      ],
    },
  },
  {
    files: ['lib/**/*.ts', 'workers/**/*.ts', 'app/**/*.{ts,tsx}', 'components/**/*.tsx', 'prisma/**/*.ts'],
    rules: { 'max-lines': ['error', 400] },
  },
  {
    files: ['app/**/*.{ts,tsx}', 'components/**/*.tsx', 'proxy.ts'],
    plugins: { '@next/next': nextPlugin, 'react-hooks': reactHooks },
    rules: {
      ...nextPlugin.configs.recommended.rules,
      ...nextPlugin.configs['core-web-vitals'].rules,
      ...reactHooks.configs.recommended.rules,
      'no-restricted-imports': [
        'error',
        { name: 'next/link', message: 'Link of components/ui/link.tsx: it brings no script of its own to every page.' },
      ],
    },
  },
  // The command line and the lab talk to a person on the terminal.
  { files: ['workers/cli/**/*.ts', 'tests/**/*.ts'], rules: { 'no-console': 'off' } },
);
