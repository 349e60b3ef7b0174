import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';

/** PEM certificates that mail servers are trusted by when we send mail; null: Node's own set. @throws where the file cannot be read. */
export async function readTrustedCertificates(caFile: string | null): Promise<readonly string[] | null> {
  return caFile === null ? null : [...rootCertificates, await readFile(caFile, 'utf8')];
}
