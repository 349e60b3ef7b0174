/**
 * Whether a name from DNS can be the name of a mail server: letters, digits, hyphens and underscores between dots,
 * and nothing that programs read as an IP address (RFC 1123 section 2.1). Underscores are tolerated: such hosts exist.
 */
export function isHostText(text: string): boolean {
  return (
    text.length <= 253 && /^([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/.test(text) && !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(text)
  );
}
