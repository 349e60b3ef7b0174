import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from '#lib/settings.ts';

const root = join(import.meta.dirname, '../../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');

describe('the container files', () => {
  it('set nothing that is no setting: start would refuse it', () => {
    const known: readonly string[] = settingsTable.map(({ name }) => name);
    const used = `${read('docker-compose.yml')}${read('Dockerfile')}`.match(/\bLATCHWATCH_\w+/g) ?? [];
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('call commands that exist', () => {
    const compose = Array.from(read('docker-compose.yml').matchAll(/^ {4}command: \[(\w+)\]$/gm), (match) => match[1]);
    expect(compose).toEqual(['migrate', 'web', 'worker', 'ingest', 'watchdog']);
    const main = read('workers/cli/main.ts');
    const image = Array.from(
      read('Dockerfile').matchAll(/latchwatch\.mjs (\w+)|CMD \["(\w+)"\]/g),
      (match) => match[1] ?? match[2],
    );
    expect(image).toEqual(['build', 'start']);
    for (const name of [...compose, ...image]) expect(main).toContain(`  ${name}: async () =>`);
  });

  it('keep secrets out of the image and out of the file', () => {
    expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['data', '.env', '.git', 'node_modules']));
    for (const name of ['POSTGRES_PASSWORD', 'LATCHWATCH_SECRET']) {
      expect(read('docker-compose.yml')).toMatch(new RegExp(`\\$\\{${name}:\\?`));
    }
  });
});
