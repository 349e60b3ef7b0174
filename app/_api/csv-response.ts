/** UTF-8 for spreadsheets that would else guess. */
const byteOrderMark = '\ufeff';

/**
 * A table of `writeCsv` as a file to keep. `name` is ours, without what strangers wrote: `.csv` and the day are added.
 */
export function csvResponse(csv: string, file: { readonly name: string; readonly now: Date }): Response {
  const name = `${file.name.replaceAll(/[^a-z0-9-]/g, '-')}-${file.now.toISOString().slice(0, 10)}.csv`;
  return new Response(`${byteOrderMark}${csv}`, {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'private, max-age=0, must-revalidate',
      'x-content-type-options': 'nosniff',
    },
  });
}
