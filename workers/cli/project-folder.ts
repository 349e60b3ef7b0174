import { join } from 'node:path';

/** The checkout that this program runs from. */
export const projectFolder = join(import.meta.dirname, '..', '..');
