import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PlanAnswerView } from '#components/plan-answer.tsx';
import { PlanDecision } from '#components/plan-decision.tsx';
import { PlanSilence } from '#components/plan-silence.tsx';
import { PlanOutcomeLine } from '#components/plan-outcome.tsx';
import { changeWords, planStateWords } from '#components/plan-words.ts';
import { Facts } from '#components/ui/facts.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { planState, whyNotApprovable } from '#lib/planner/plan-state.ts';
import { findPlan, type Plan } from '#prisma/commands/plans.ts';
import {
  approvePlanAction,
  carryOutPlanAction,
  recheckPlanAction,
  silencePlanAction,
  withdrawPlanAction,
} from '#app/_actions/plans.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { database } from '#app/_queries/database.ts';
import { readParameter, type SearchParameters } from '#app/_queries/page-parameters.ts';
import { readPlanQuestion } from '#app/_queries/plan-answer.ts';
import { readOutcome } from '#app/_queries/plan-outcome.ts';
import { readAffected } from '#app/_queries/plan-view.ts';
import { showCount } from '#app/_queries/show-count.ts';

export const metadata: Metadata = { title: 'Plan' };

interface Props {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: SearchParameters;
}

export default async function KeptPlanPage({ params, searchParams }: Props) {
  const person = await requirePerson();
  const plan = await findPlan(database(), (await params).id.slice(0, 100));
  if (plan === null) notFound();
  const date = new Date();
  const now = date.getTime();
  const { answer, carriedOutAt } = plan;
  const state = planState(plan, now);
  const question = personMay(person, 'accounts:read') ? await readPlanQuestion(answer.change, { now: date }) : null;
  const hrefOf = (after: string | null) => `/plan/${plan.id}${after === null ? '' : `?after=${after}`}`;
  const affected =
    question === null
      ? null
      : await readAffected(question, { after: await readParameter(searchParams, 'after'), hrefOf });
  const outcome = carriedOutAt === null ? null : await readOutcome(answer.hosts, { carriedOutAt, now });
  const mayWrite = personMay(person, 'inventory:write');
  return (
    <>
      <PageHeader
        above={
          <Link href="/plan" className="link">
            Planner
          </Link>
        }
        title={changeWords(answer.change)}
      >
        <ToneLabel tone={planStateWords[state].tone} look="chip">
          {planStateWords[state].word}
        </ToneLabel>
      </PageHeader>
      <div className="space-y-6">
        <Panel title="The plan">
          <Facts facts={factsOf(plan, now)} />
          {outcome === null ? null : (
            <PlanOutcomeLine outcome={outcome} show={(reports) => showCount(reports, person.role)} />
          )}
          <PlanDecision
            planId={plan.id}
            hash={plan.answerHash}
            state={state}
            whyNot={
              plan.createdBy === person.email
                ? 'Somebody else has to approve what you planned.'
                : whyNotApprovable(answer, now)
            }
            approve={personMay(person, 'plans:approve') ? approvePlanAction : null}
            recheck={mayWrite ? recheckPlanAction : null}
            carryOut={mayWrite ? carryOutPlanAction : null}
            withdraw={mayWrite ? withdrawPlanAction : null}
          />
          {state === 'approved' && personMay(person, 'incidents:silence') ? (
            <PlanSilence planId={plan.id} hosts={answer.hosts} action={silencePlanAction} />
          ) : null}
        </Panel>
        <PlanAnswerView
          answer={answer}
          // The answer is of its day, and the list below of now.
          accounts={null}
          listed={affected === null ? null : `${showCount(affected.accounts, person.role)} as of now, `}
          list={affected?.list ?? null}
          exportHref={`/plan/export?plan=${plan.id}`}
          show={(clients) => showCount(clients, person.role)}
          now={now}
        />
      </div>
    </>
  );
}

function factsOf(plan: Plan, now: number) {
  const deed = (name: string, at: number | null, by: string | null) =>
    at === null
      ? []
      : [
          {
            name,
            value: (
              <>
                <TimeStamp at={at} now={now} /> by <ForeignText text={by ?? ''} maxLength={200} />
              </>
            ),
          },
        ];
  return [
    ...deed('Planned', plan.createdAt, plan.createdBy),
    ...deed('Approved', plan.approvedAt, plan.approvedBy),
    ...deed('Carried out', plan.carriedOutAt, plan.carriedOutBy),
    ...deed('Withdrawn', plan.withdrawnAt, plan.withdrawnBy),
    { name: 'Holds until', value: <TimeStamp at={plan.expiresAt} now={now} /> },
    { name: 'Note', value: plan.note === '' ? 'none' : <ForeignText text={plan.note} maxLength={2000} /> },
    { name: 'Answer', value: <code className="font-mono text-xs">SHA-256 {plan.answerHash}</code> },
  ];
}
