import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { err, ok, type Result } from '../model/result.ts';

/** Characters of a document that are read at all. */
const maxCharacters = 64 * 1024;

/**
 * The root element of an XML document from a stranger. A document type declaration is refused: no configuration needs
 * one, and entities are what documents are blown up with. The error is a phrase for people.
 */
export function readXml(text: string): Result<XmlElement> {
  if (text.length > maxCharacters) return err('larger than 64 KiB');
  if (/<!DOCTYPE/i.test(text)) return err('an HTML page, or XML with a document type declaration');
  try {
    const { root } = parseXml(text);
    return root === null ? err('an empty document') : ok(root);
  } catch (error) {
    // The parser goes down one call an element: with thousands inside each other it is out of stack.
    if (error instanceof RangeError) return err('elements nested too deep');
    const [line = ''] = (error instanceof Error ? error.message : '').split('\n');
    return err(`not well-formed XML: ${line.slice(0, 120)}`);
  }
}

/** Child elements of this name, whatever their prefix and letter case. */
export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => child instanceof XmlElement && localName(child) === name.toLowerCase(),
  );
}

/** The text of the first child of this name, trimmed; null where there is none, or it is empty. */
export function childText(element: XmlElement, name: string): string | null {
  const [child] = childrenNamed(element, name);
  if (child === undefined) return null;
  const text = child.children
    .map((node) => ('text' in node && !(node instanceof XmlElement) ? node.text : ''))
    .join('')
    .trim();
  return text === '' ? null : text.slice(0, 300);
}

/** The name of an element without its prefix, lower case. */
export function localName({ name }: XmlElement): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}
