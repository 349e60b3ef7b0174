import { readFileSync } from 'node:fs';
import { settingsTable } from '#lib/settings.ts';

/** Rows of a Markdown table whose first cell is a setting, white space folded. */
function settingRows(markdown: string): readonly (readonly string[])[] {
  return markdown
    .split('\n')
    .filter((line) => /^\| `[A-Z_]+` /.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const readme = readFileSync('README.md', 'utf8');

describe('the README', () => {
  it('lists every setting as the program reads it', () => {
    expect(settingRows(readme)).toEqual(
      settingsTable.map(({ name, defaultValue, meaning }) => [`\`${name}\``, defaultValue, meaning]),
    );
  });

  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect(() => readFileSync(link, 'utf8')).not.toThrow(/ENOENT/);
  });
});
