import { z } from 'zod';
import { err, ok } from '#lib/model/result.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { notFound } from '#app/_api/problem.ts';
import { pemText, readCertificateBytes } from '#app/_queries/certificate-page.ts';

/** One certificate as text (RFC 7468), as a file (RFC 8555 section 9.1 names its type). */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'inventory:read',
    summary: 'A certificate as PEM.',
    answers: { 200: z.string() },
    handle: async ({ params }) => {
      const fingerprint = params['fingerprint'] ?? '';
      const der = await readCertificateBytes(fingerprint);
      if (der === null) return err(notFound('This certificate'));
      return ok(
        new Response(pemText(der), {
          headers: {
            'content-type': 'application/x-pem-file',
            'content-disposition': `attachment; filename="${fingerprint.slice(0, 16)}.pem"`,
            'x-content-type-options': 'nosniff',
          },
        }),
      );
    },
  },
});
