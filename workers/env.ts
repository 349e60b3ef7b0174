import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseSettings, type Environment, type ParsedSettings } from '#lib/settings.ts';
import { parseCaFile } from './probes/trust-store.ts';

function fileMistake(name: string, path: string | null): string | null {
  if (path === null) return null;
  try {
    accessSync(path, constants.R_OK);
    if (statSync(path).isFile()) return name === 'LATCHWATCH_CA_FILE' ? caFileMistake(path) : null;
  } catch {
    // Said below.
  }
  return `${name} names ${path}, which is not a file that can be read.`;
}

function caFileMistake(path: string): string | null {
  const certificates = parseCaFile(path, readFileSync(path, 'latin1'));
  return certificates.ok ? null : certificates.error;
}

/**
 * Reads the settings of this process: `parseSettings` with paths made absolute (children may run in another folder)
 * and the files it names looked at.
 */
export function readSettings(env: Environment): ParsedSettings {
  const parsed = parseSettings(env);
  const absolute = (path: string | null) => (path === null ? null : resolve(path));
  const files = {
    LATCHWATCH_ROOT_HINTS: env['LATCHWATCH_ROOT_HINTS'],
    LATCHWATCH_TRUST_ANCHORS: env['LATCHWATCH_TRUST_ANCHORS'],
    LATCHWATCH_CA_FILE: env['LATCHWATCH_CA_FILE'],
  };
  const mistakes = Object.entries(files)
    .map(([name, path]) => fileMistake(name, path === undefined || path.trim() === '' ? null : resolve(path.trim())))
    .filter((mistake) => mistake !== null);
  if (!parsed.ok) return { ok: false, mistakes: [...parsed.mistakes, ...mistakes] };
  if (mistakes.length > 0) return { ok: false, mistakes };
  const { settings } = parsed;
  return {
    ok: true,
    settings: {
      ...settings,
      dataFolder: resolve(settings.dataFolder),
      rootHints: absolute(settings.rootHints),
      trustAnchors: absolute(settings.trustAnchors),
      caFile: absolute(settings.caFile),
    },
  };
}
