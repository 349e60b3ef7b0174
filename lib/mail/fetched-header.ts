/**
 * The header fields in a FETCH response of one BODY section (RFC 9051 section 7.5.2), literals put back into the line as
 * they came. Undefined where the response has none.
 */
export function readFetchedHeader(response: string): string | undefined {
  const match = /^\* \d+ FETCH .*BODY\[[^\]]*\](?:<\d+>)? \{(\d{1,9})\+?\}\r\n/is.exec(response);
  if (match === null) return undefined;
  return response.slice(match[0].length, match[0].length + Number(match[1]));
}

/** The bodies of the fields with this name, in their order, unfolded (RFC 5322 section 2.2.3). */
export function readHeaderFields(header: string, name: string): readonly string[] {
  const prefix = `${name.toLowerCase()}:`;
  return header
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim());
}
