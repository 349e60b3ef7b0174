import { z } from 'zod';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { notFound } from '#app/_api/problem.ts';
import { findDomain } from '#app/_queries/domains.ts';
import { readDomainReport, type DomainReport } from '#app/_queries/domain-report.ts';

function fileOf({ domain, generatedAt, dns, lenses, srv, endpoints, zones, findings, incomplete }: DomainReport) {
  return {
    domain: domain.name,
    generated_at: generatedAt,
    complete: !incomplete,
    watched_since: domain.createdAt,
    dns: { looked_at: dns.lookedAt, freshness: dns.freshness, worst: dns.worst, complete: dns.complete },
    findings_by_pack: lenses,
    srv: srv.map(({ service, owner, target, said, rank, ttlSeconds, dnssec, ad, reality }) => ({
      ...{ service, owner, target, said, priority: rank?.priority ?? null, weight: rank?.weight ?? null },
      ...{ ttl_seconds: ttlSeconds, dnssec, ad, reality },
    })),
    endpoints: endpoints.map(({ id, service, tlsMode, host, port, verdict, freshness, lastProbedAt, origins }) => ({
      ...{ id, service, tls_mode: tlsMode, host, port, verdict, freshness, origins },
      last_probed_at: lastProbedAt === null ? null : new Date(lastProbedAt),
    })),
    zones,
    findings: findings.map(({ place, item }) => ({
      ...{ id: item.id, code: item.code, verdict: item.verdict, packs: item.packs, subject: place, title: item.title },
      ...{ address: item.address, expected: item.expected, got: item.got, fix: item.fix, references: item.refs },
      ...{ since: new Date(item.since), commands: item.commands, acceptance: item.acceptance },
      statements: item.statements.map(({ row, sections, level, statement }) => ({ row, sections, level, statement })),
    })),
  };
}

/** What is known of a domain now, as a file. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'What is known of a domain, as one JSON file.',
    answers: { 200: z.unknown() },
    handle: async ({ params, now }) => {
      const name = parseDomainName(params['name'] ?? '');
      const domain = name.ok ? await findDomain(name.value.ascii, now) : null;
      if (domain === null) return err(notFound('This domain'));
      const file = `latchwatch-${domain.name}-${now.toISOString().slice(0, 10)}.json`;
      return ok(
        new Response(JSON.stringify(fileOf(await readDomainReport(domain, now)), null, 2), {
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'content-disposition': `attachment; filename="${file}"`,
            'cache-control': 'private, max-age=0, must-revalidate',
            'x-content-type-options': 'nosniff',
          },
        }),
      );
    },
  },
});
