import type { TlsaRecord } from '#lib/model/observation.ts';
import { err, ok, type Result } from '#lib/model/result.ts';

/** One case of OpenSSL's danetest: records, the chain of a server, and what a client has to say to them. */
export interface DaneCase {
  readonly line: number;
  readonly records: readonly TlsaRecord[];
  /** PEM, leaf first. */
  readonly chain: readonly string[];
  /** Whether the name is left alone with usage 3. */
  readonly ignoresNameOfUsage3: boolean;
  /** X509_V_ERR number of OpenSSL, 0 for a match. */
  readonly result: number;
  /** Depth of the certificate that a record names, -1 for none. */
  readonly depth: number;
}

interface Head {
  readonly line: number;
  readonly tlsaCount: number;
  readonly certificateCount: number;
  readonly nonamechecks: number;
  readonly result: number;
  readonly depth: number;
}

/** Blocks of `ntlsa ncert nonamechecks result depth`, then the records, then PEM with any text in between. */
export function parseDanetest(text: string): Result<readonly DaneCase[]> {
  const cases: DaneCase[] = [];
  let head: Head | null = null;
  let records: TlsaRecord[] = [];
  let pem: string[] = [];
  let inPem = '';
  const finish = (): string | null => {
    if (head === null) return null;
    const { line, tlsaCount, certificateCount, nonamechecks, result, depth } = head;
    // OpenSSL's own file has cases of two records whose first line promises one.
    if (records.length < tlsaCount || pem.length !== certificateCount) {
      return `line ${line}: ${tlsaCount} records and ${certificateCount} certificates promised, ${records.length} and ${pem.length} found`; // prettier-ignore
    }
    cases.push({ line, records, chain: pem, ignoresNameOfUsage3: nonamechecks !== 0, result, depth });
    return null;
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith('-----BEGIN')) inPem = '';
    if (line.startsWith('-----') || inPem !== '') inPem += `${line}\n`;
    if (line.startsWith('-----END')) {
      pem.push(inPem);
      inPem = '';
    }
    const numbers = /^(\d+) (\d+) (\d+) (-?\d+) (-?\d+)\s*$/.exec(line)?.slice(1).map(Number);
    const record = /^(\d+) (\d+) (\d+) ([0-9a-fA-F]+)\s*$/.exec(line);
    if (numbers !== undefined) {
      const fault = finish();
      if (fault !== null) return err(fault);
      const [tlsaCount = 0, certificateCount = 0, nonamechecks = 0, result = 0, depth = 0] = numbers;
      head = { line: index + 1, tlsaCount, certificateCount, nonamechecks, result, depth };
      records = [];
      pem = [];
    } else if (record !== null) {
      const [, usage, selector, matchingType, data = ''] = record;
      records.push({
        usage: Number(usage),
        selector: Number(selector),
        matchingType: Number(matchingType),
        data: data.toLowerCase(),
      });
    }
  }
  const fault = finish();
  if (fault !== null) return err(fault);
  return cases.length === 0 ? err('no case in the file') : ok(cases);
}
