import { readVantage } from '../setting-values.ts';
import type { Declaration } from './declaration.ts';
import { parseHostName } from './domain-name.ts';
import { endpointKey } from './endpoint.ts';
import { parseEndpointKey } from './endpoint-key.ts';
import { formatIpAddress, parseIpAddress } from './ip-address.ts';
import { err, ok, type Result } from './result.ts';

/** How declared facts are called in the API, in forms and in inventory files, in the order in which they are shown. */
export const declarationNames = {
  expectsDeep: 'expects_deep',
  acceptsClientCertificates: 'accepts_client_certs',
  legacySubmission: 'legacy_submission',
  frontOf: 'front_of',
  vantage: 'vantage',
  address: 'address',
  serverName: 'sni',
  tryClientCommand: 'try_client_command',
  tryInjection: 'try_injection',
} as const satisfies Readonly<Record<keyof Declaration, string>>;

export type DeclarationName = (typeof declarationNames)[keyof Declaration];

/** `reason` completes a sentence that begins with the name, without its full stop. */
export interface DeclarationMistake {
  readonly field: DeclarationName;
  readonly reason: string;
}

/**
 * Reads declared facts from members of a JSON object, a form or an inventory file. A member that is missing leaves what
 * `before` says; null is undeclared. Members of other names are not looked at.
 */
export function readDeclarationFields(
  fields: Readonly<Record<string, unknown>>,
  before: Declaration,
): Result<Declaration, readonly DeclarationMistake[]> {
  const mistakes: DeclarationMistake[] = [];
  const flag = (field: DeclarationName, current: boolean | null): boolean | null => {
    const value = fields[field];
    if (value === undefined) return current;
    if (value === null || typeof value === 'boolean') return value;
    mistakes.push({ field, reason: 'must be true, false or null (undeclared)' });
    return current;
  };
  const text = (
    field: DeclarationName,
    current: string | null,
    parse: (value: string) => Result<string>,
  ): string | null => {
    const value = fields[field];
    if (value === undefined) return current;
    if (value === null) return null;
    const parsed = typeof value === 'string' ? parse(value) : err('must be a text or null (undeclared)');
    if (parsed.ok) return parsed.value;
    mistakes.push({ field, reason: parsed.error });
    return current;
  };
  const names = declarationNames;
  const declaration: Declaration = {
    expectsDeep: flag(names.expectsDeep, before.expectsDeep),
    acceptsClientCertificates: flag(names.acceptsClientCertificates, before.acceptsClientCertificates),
    legacySubmission: flag(names.legacySubmission, before.legacySubmission),
    frontOf: text(names.frontOf, before.frontOf, readKey),
    vantage: text(names.vantage, before.vantage, (value) => readVantage(value.trim())),
    address: text(names.address, before.address, readAddress),
    serverName: text(names.serverName, before.serverName, readServerName),
    tryClientCommand: flag(names.tryClientCommand, before.tryClientCommand),
    tryInjection: flag(names.tryInjection, before.tryInjection),
  };
  return mistakes.length === 0 ? ok(declaration) : err(mistakes);
}

function readKey(text: string): Result<string> {
  const target = parseEndpointKey(text);
  return target.ok ? ok(endpointKey(target.value)) : target;
}

function readAddress(text: string): Result<string> {
  const address = parseIpAddress(text.trim());
  return address.ok ? ok(formatIpAddress(address.value)) : err('must be an address like 192.0.2.1 or 2001:db8::1');
}

function readServerName(text: string): Result<string> {
  const name = parseHostName(text);
  return name.ok ? ok(name.value.ascii) : err(`must be a host name: ${name.error.replace(/\.$/, '')}`);
}

/** One declared fact under its outside name. */
export interface DeclaredFact {
  readonly field: DeclarationName;
  readonly value: boolean | string | null;
}

/** All declared facts, those that nobody declared included. */
export function listDeclaredFacts(declaration: Declaration): readonly DeclaredFact[] {
  const names = declarationNames;
  return [
    { field: names.expectsDeep, value: declaration.expectsDeep },
    { field: names.acceptsClientCertificates, value: declaration.acceptsClientCertificates },
    { field: names.legacySubmission, value: declaration.legacySubmission },
    { field: names.frontOf, value: declaration.frontOf },
    { field: names.vantage, value: declaration.vantage },
    { field: names.address, value: declaration.address },
    { field: names.serverName, value: declaration.serverName },
    { field: names.tryClientCommand, value: declaration.tryClientCommand },
    { field: names.tryInjection, value: declaration.tryInjection },
  ];
}
