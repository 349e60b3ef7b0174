import { z } from 'zod';
import { err, ok } from '#lib/model/result.ts';
import { plannedChange } from '#lib/planner/read-change.ts';
import { findPlan, listPlans, maxNoteCharacters, maxPlanDays, savePlan } from '#prisma/commands/plans.ts';
import { page } from '#app/_api/answer-schema.ts';
import { apiRoute } from '#app/_api/api-route.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { jsonResponse } from '#app/_api/json-response.ts';
import { instant, plainListQuery } from '#app/_api/list-query.ts';
import { planAnswer, planJson, planSummaryAnswer, planSummaryJson } from '#app/_api/plan-json.ts';
import { notFound } from '#app/_api/problem.ts';
import { readBody, readQuery } from '#app/_api/read-body.ts';
import { isStorable } from '#app/_api/storable-text.ts';
import { answerChange } from '#app/_queries/plan-answer.ts';

const place = z.object({ createdAt: instant, id: z.string() });
const body = z.object({
  change: plannedChange,
  note: z.string().max(maxNoteCharacters).refine(isStorable, 'has characters that cannot be kept').default(''),
  days: z.int('must be a whole number').min(1).max(maxPlanDays).default(14),
  /** The tag, typed out, where one is to be advertised. */
  confirm: z.string().max(100).nullable().default(null),
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: {
    scope: 'findings:read',
    summary: 'Planned changes, the newest first',
    query: plainListQuery,
    answers: { 200: page(planSummaryAnswer) },
    handle: async ({ request, db, now }) => {
      const asked = readQuery(request, plainListQuery);
      if (!asked.ok) return asked;
      const { limit, cursor } = asked.value;
      const after = cursor === undefined ? null : decodeCursor(cursor, place);
      if (after !== null && !after.ok) return after;
      const { plans, next } = await listPlans(db, { after: after?.value ?? null, limit });
      return ok(
        jsonResponse({
          data: plans.map((plan) => planSummaryJson(plan, now)),
          next_cursor: next === null ? null : encodeCursor({ ...next }),
          has_more: next !== null,
        }),
      );
    },
  },
  POST: {
    scope: 'inventory:write',
    summary: 'Ask what a change would do, and keep the answer',
    body,
    answers: { 201: planAnswer },
    handle: async ({ request, actor, db, now }) => {
      const asked = await readBody(request, body);
      if (!asked.ok) return asked;
      const { change, note, days, confirm: typedTag } = asked.value;
      const answer = await answerChange(change, now);
      const plan = { answer, note, days, typedTag, actor: actor.name, now };
      const saved = await db.$transaction((tx) => savePlan(tx, plan));
      if (!saved.ok) {
        return err({
          kind: 'not-valid',
          detail: saved.error,
          errors: [{ pointer: '/confirm', detail: saved.error }],
        });
      }
      const { id } = saved.value;
      const kept = await findPlan(db, id);
      if (kept === null) return err(notFound('This plan'));
      return ok(jsonResponse(planJson(kept, now), { status: 201, location: `/api/v1/plans/${id}` }));
    },
  },
});
