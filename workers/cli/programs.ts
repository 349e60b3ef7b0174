import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFolder } from './project-folder.ts';

/** A child of `start`: arguments for the Node that runs us. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
}

const parentWatch = ['--import', pathToFileURL(join(import.meta.dirname, 'parent-watch.mjs')).href];

/** The console and the API, as `buildConsole` built them. */
export const webProgram: Program = {
  name: 'web',
  args: [...parentWatch, join(projectFolder, '.next', 'standalone', 'server.js')],
};

/** The one that takes reports of mail clients. */
export const ingestProgram: Program = {
  name: 'ingest',
  args: [...parentWatch, '--import', import.meta.resolve('tsx'), join(projectFolder, 'workers', 'ingest', 'main.ts')],
};

/** The one that says so when the others do not work. */
export const watchdogProgram: Program = {
  name: 'watchdog',
  args: [...parentWatch, '--import', import.meta.resolve('tsx'), join(projectFolder, 'workers', 'watchdog', 'main.ts')],
};

/** The one that probes, judges and tells. */
export const workerProgram: Program = {
  name: 'worker',
  args: [...parentWatch, '--import', import.meta.resolve('tsx'), join(projectFolder, 'workers', 'main.ts')],
};
