import { isDeepStrictEqual } from 'node:util';

/*
 * What of JSON Schema 2020-12 the document of the API uses, checked without a library. A keyword that is not known here
 * throws: a schema must not say more than is checked.
 */

type Schema = Readonly<Record<string, unknown>>;

const annotations = ['$schema', 'title', 'description', 'default', 'examples', 'contentEncoding'];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeMatches(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
  uri: (text) => URL.canParse(text),
};

/**
 * What is wrong with a value by a schema, each as a JSON pointer with a reason. `defs` are the schemas that `$ref`
 * names as `#/components/schemas/NAME`. A member that the schema does not name is wrong too: an answer has no more than
 * its description tells.
 */
export function findMistakes(
  value: unknown,
  schema: Schema,
  { defs, at = '' }: { readonly defs: Readonly<Record<string, Schema>>; readonly at?: string },
): readonly string[] {
  const inside = (item: unknown, part: unknown, name: string | number) =>
    findMistakes(item, isObject(part) ? part : {}, { defs, at: `${at}/${name}` });
  const here = (part: unknown) => findMistakes(value, isObject(part) ? part : {}, { defs, at });
  return Object.entries(schema).flatMap(([keyword, wanted]): readonly string[] => {
    const wrong = (fine: boolean): readonly string[] =>
      fine ? [] : [`${at}: ${keyword} ${JSON.stringify(wanted)}, not ${JSON.stringify(value).slice(0, 80)}`];
    switch (keyword) {
      case '$ref': {
        const definition = defs[String(wanted).replace('#/components/schemas/', '')];
        if (definition === undefined) throw new Error(`nothing at ${String(wanted)}`);
        return here(definition);
      }
      case 'type':
        return wrong([wanted].flat().some((type) => typeMatches(type, value)));
      case 'const':
        return wrong(isDeepStrictEqual(value, wanted));
      case 'enum':
        return wrong(Array.isArray(wanted) && wanted.includes(value));
      case 'anyOf':
      case 'oneOf': {
        const all = Array.isArray(wanted) ? wanted.map(here) : [];
        return all.some((mistakes) => mistakes.length === 0) ? [] : (all[0] ?? []);
      }
      case 'properties': {
        if (!isObject(value) || !isObject(wanted)) return [];
        const open = schema['additionalProperties'] !== undefined;
        return Object.entries(value).flatMap(([name, item]) => {
          if (Object.hasOwn(wanted, name)) return inside(item, wanted[name], name);
          return open ? [] : [`${at}/${name} is not described`];
        });
      }
      case 'required':
        return Array.isArray(wanted) && isObject(value)
          ? wanted
              .filter((name) => !Object.hasOwn(value, String(name)))
              .map((name) => `${at}/${String(name)} is missing`)
          : [];
      case 'additionalProperties':
        return isObject(value)
          ? Object.entries(value)
              .filter(([name]) => !isObject(schema['properties']) || !Object.hasOwn(schema['properties'], name))
              .flatMap(([name, item]) => inside(item, wanted, name))
          : [];
      case 'propertyNames':
        return isObject(value) ? Object.keys(value).flatMap((name) => inside(name, wanted, name)) : [];
      case 'items':
        return Array.isArray(value) ? value.flatMap((item, index) => inside(item, wanted, index)) : [];
      case 'minItems':
        return wrong(!Array.isArray(value) || value.length >= Number(wanted));
      case 'maxItems':
        return wrong(!Array.isArray(value) || value.length <= Number(wanted));
      case 'minLength':
        return wrong(typeof value !== 'string' || value.length >= Number(wanted));
      case 'maxLength':
        return wrong(typeof value !== 'string' || value.length <= Number(wanted));
      case 'minimum':
        return wrong(typeof value !== 'number' || value >= Number(wanted));
      case 'maximum':
        return wrong(typeof value !== 'number' || value <= Number(wanted));
      case 'pattern':
        return wrong(typeof value !== 'string' || new RegExp(String(wanted), 'u').test(value));
      case 'format': {
        const check = formats[String(wanted)];
        if (check === undefined) throw new Error(`the format ${String(wanted)} is not known here`);
        return wrong(typeof value !== 'string' || check(value));
      }
      default:
        if (!annotations.includes(keyword)) throw new Error(`the keyword ${keyword} is not known here`);
        return [];
    }
  });
}
