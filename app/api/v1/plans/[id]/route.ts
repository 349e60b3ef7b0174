import { err, ok } from '#lib/model/result.ts';
import { findPlan } from '#prisma/commands/plans.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { planAnswer, planJson } from '#app/_api/plan-json.ts';
import { notFound } from '#app/_api/problem.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'findings:read',
    summary: 'One planned change with its answer',
    answers: { 200: planAnswer },
    handle: async ({ params, db, now }) => {
      const plan = await findPlan(db, params['id'] ?? '');
      return plan === null ? err(notFound('This plan')) : ok(jsonResponse(planJson(plan, now)));
    },
  },
});
