import { tsImport } from 'tsx/esm/api';

/** Jest runs it once, after all test files, outside of its own module loader. */
export default async function globalTeardown() {
  const { stopSharedLab } = await tsImport('./shared-lab.ts', import.meta.url);
  await stopSharedLab();
}
