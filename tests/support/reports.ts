import type { Report } from '#lib/model/report.ts';

/** A report as clients send it: an IMAP login with latches, over TLS 1.3. */
export function testReport(changes: Partial<Report> = {}): Report {
  return {
    observedAt: Date.UTC(2026, 10, 25, 12),
    service: 'imap',
    server: { host: 'mail.example.org', address: null, port: 993 },
    account: { kind: 'name', name: 'ada@example.org' },
    client: { name: 'Demo', version: '1.5' },
    clientAddress: '192.0.2.77',
    session: null,
    isLogin: true,
    latches: { latched: ['tls-cert', 'tls10'], supported: ['tls12'], failed: [] },
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    proxied: false,
    proxyTold: false,
    ...changes,
  };
}
