/** A value of a table; null becomes an empty field. */
export type CsvValue = string | number | boolean | Date | null;

/** What makes a spreadsheet read a field as a formula, also behind space and characters that are not shown. */
const formulaStart = /^[\s\p{C}]*[=+\-@\uff0b\uff0d\uff1d\uff20|]|^[\t\r\n]/u;

function textOf(value: CsvValue): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return String(value);
  return formulaStart.test(value) ? `'${value}` : value;
}

function field(value: CsvValue): string {
  // A NUL ends the file for some readers.
  const text = textOf(value).replaceAll('\0', '\ufffd');
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A table as CSV (RFC 4180: comma, CRLF, quotes doubled). Instants are RFC 3339. A text that a spreadsheet would run as
 * a formula gets an apostrophe before it, since texts come from strangers; numbers stay numbers.
 */
export function writeCsv(header: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
