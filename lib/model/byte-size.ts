const units = ['kB', 'MB', 'GB', 'TB'] as const;

/** A size for people, in powers of 1000: `0 kB`, `12.3 MB`, `1.2 GB`. */
export function byteSize(bytes: number): string {
  let size = bytes / 1000;
  let unit: string = units[0];
  for (const larger of units.slice(1)) {
    if (size < 1000) break;
    size /= 1000;
    unit = larger;
  }
  return `${size < 10 && unit !== 'kB' ? size.toFixed(1) : String(Math.round(size))} ${unit}`;
}
