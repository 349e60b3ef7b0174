// Jest runs it once, after all test files and outside of its own module loader.
import { tsImport } from 'tsx/esm/api';
import endPostgres from './global-teardown-postgres.mjs';

export default async function globalTeardown() {
  const { stopSharedLab } = await tsImport('./shared-lab.ts', import.meta.url);
  await Promise.all([endPostgres(), stopSharedLab()]);
}
