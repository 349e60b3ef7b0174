import type { Metadata } from 'next';
import { Pager } from '#components/pager.tsx';
import { PlanAnswerView } from '#components/plan-answer.tsx';
import { PlanComparison } from '#components/plan-comparison.tsx';
import { PlanForm } from '#components/plan-form.tsx';
import { PlanMenu } from '#components/plan-menu.tsx';
import { PlanTable } from '#components/plan-table.tsx';
import { changeWords, opTitles } from '#components/plan-words.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Field } from '#components/ui/field.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { PlannedChange } from '#lib/planner/change.ts';
import { planChange } from '#lib/planner/plan.ts';
import { listPlans, maxNoteCharacters, maxPlanDays } from '#prisma/commands/plans.ts';
import { planCertificateAction, savePlanAction } from '#app/_actions/plans.ts';
import type { Person } from '#app/_auth/find-person.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { database } from '#app/_queries/database.ts';
import { formatListPlace, parseListPlace, type ListPlace } from '#app/_queries/list-place.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameter } from '#app/_queries/page-parameters.ts';
import { readAgainst, scenarioHref } from '#app/_queries/plan-against.ts';
import { readPlanQuestion } from '#app/_queries/plan-answer.ts';
import { mistakeSentences, readScenario } from '#app/_queries/plan-scenario.ts';
import { planItem, readAffected } from '#app/_queries/plan-view.ts';
import { showCount } from '#app/_queries/show-count.ts';

export const metadata: Metadata = { title: 'Planner' };

const plansShown = 20;

export default async function PlanPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  const now = new Date();
  const given = await searchParams;
  const { op, fields, change } = readScenario(given);
  const other = readAgainst(given);
  const against = other?.query ?? null;
  const place = parseListPlace((await readParameter(searchParams, 'plans')) ?? '');
  const { plans, next } = await listPlans(database(), {
    after: place === null ? null : { createdAt: place.at.toISOString(), id: place.id },
    limit: plansShown,
  });
  const here = (older: ListPlace | null) => {
    const query = new URLSearchParams(withoutPlace(given));
    if (older !== null) query.set('plans', formatListPlace(older));
    return `/plan${query.size === 0 ? '' : `?${query.toString()}`}#plans`;
  };
  return (
    <>
      <PageHeader title="Planner">
        What a change would do to the mail programs of your customers, before you make it. The address of this page
        holds the whole question.
      </PageHeader>
      <div className="grid items-start gap-6 xl:grid-cols-[20rem_1fr]">
        <div className="space-y-6">
          <Panel title="What if I…" flush>
            <PlanMenu chosen={op} against={against} />
          </Panel>
          {op === null ? null : (
            <Panel title={opTitles[op]}>
              <PlanForm
                op={op}
                fields={fields}
                against={against}
                keep={personMay(person, 'inventory:write') ? planCertificateAction : null}
              />
            </Panel>
          )}
        </div>
        <div className="min-w-0 space-y-6">
          {change === null ? (
            other === null ? null : (
              <Banner tone="info">
                {other.scenario.change?.ok === true
                  ? `To compare with: ${changeWords(other.scenario.change.value)}. Choose the change that you would make instead.`
                  : 'What was to be compared cannot be read any more.'}{' '}
                <Link href={scenarioHref(other.query, null)} className="link">
                  Do not compare
                </Link>
              </Banner>
            )
          ) : change.ok ? (
            <Answered
              change={change.value}
              against={other?.scenario.change?.ok === true ? other.scenario.change.value : null}
              person={person}
              now={now}
              place={{ ...(await readPlace(searchParams)), against }}
            />
          ) : (
            <Banner tone="fail">{mistakeSentences(change.error).join(' ')}</Banner>
          )}
          <div id="plans">
            <Panel title="Plans" flush>
              {plans.length > 0 ? (
                <PlanTable items={plans.map((plan) => planItem(plan, now.getTime()))} now={now.getTime()} />
              ) : place === null ? (
                <EmptyState title="No plan was kept yet">Choose a change, look at the answer, and keep it.</EmptyState>
              ) : (
                <EmptyState title="No older plan" />
              )}
              <Pager
                first={place === null ? null : here(null)}
                next={next === null ? null : here({ at: new Date(next.createdAt), id: next.id })}
              />
            </Panel>
          </div>
        </div>
      </div>
    </>
  );
}

/** What the address asks, without where its lists begin. */
function withoutPlace(given: Awaited<SearchParameters>): [string, string][] {
  return Object.entries(given)
    .filter(([name]) => name !== 'after' && name !== 'plans')
    .flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
}

/** Where the list of accounts begins, and the question without what it is compared with. */
async function readPlace(parameters: SearchParameters) {
  const question = withoutPlace(await parameters).filter(([name]) => name !== 'against');
  return {
    after: await readParameter(parameters, 'after'),
    query: new URLSearchParams(question).toString(),
  };
}

async function Answered({
  change,
  against,
  person,
  now,
  place,
}: {
  readonly change: PlannedChange;
  /** The change to compare with; null: none. */
  readonly against: PlannedChange | null;
  readonly person: Person;
  readonly now: Date;
  readonly place: { readonly after: string | null; readonly query: string; readonly against: string | null };
}) {
  const question = await readPlanQuestion(change, { now });
  const answer = planChange(question);
  const other = against === null ? null : planChange(await readPlanQuestion(against, { now }));
  const href = scenarioHref(place.query, place.against);
  const hrefOf = (after: string | null) => `${href}${after === null ? '' : `&after=${after}`}`;
  const affected = personMay(person, 'accounts:read')
    ? await readAffected(question, { after: place.after, hrefOf })
    : null;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <h2 className="text-xl font-semibold [overflow-wrap:anywhere]">{changeWords(change)}</h2>
        <Link
          href={
            other === null
              ? `/plan?${new URLSearchParams({ against: place.query }).toString()}`
              : scenarioHref(place.query, null)
          }
          className={buttonLook('plain')}
        >
          {other === null ? 'Compare with another change' : 'Do not compare'}
        </Link>
      </div>
      {other === null || place.against === null ? null : (
        <PlanComparison
          changes={[
            { answer, href: scenarioHref(place.query, null) },
            { answer: other, href: scenarioHref(place.against, null) },
          ]}
          show={(clients) => showCount(clients, person.role)}
          now={now.getTime()}
          swapHref={scenarioHref(place.against, place.query)}
        />
      )}
      <PlanAnswerView
        answer={answer}
        accounts={affected?.accounts ?? null}
        list={affected?.list ?? null}
        exportHref={`/plan/export?${place.query}`}
        show={(clients) => showCount(clients, person.role)}
        now={now.getTime()}
      />
      {personMay(person, 'inventory:write') ? (
        <Panel title="Keep it as a plan">
          <ActionForm action={savePlanAction} hidden={{ change: JSON.stringify(change) }} label="Keep this plan">
            <div className="max-w-prose space-y-4">
              <p>The answer is kept as it is, with your name. Somebody else approves it before it is carried out.</p>
              {change.op === 'advertise' ? (
                <Field
                  label={`Type ${change.tag} out`}
                  hint="Clients that latch it require it for good: this cannot be taken back."
                  name="typedTag"
                  autoComplete="off"
                  required
                />
              ) : null}
              <Field label="Note" name="note" placeholder="Ticket, reason, window" maxLength={maxNoteCharacters} />
              <Field label="Days that it holds" name="days" type="number" min={1} max={maxPlanDays} defaultValue={14} />
              <SubmitButton kind="primary" pendingText="Keeping…">
                Keep as a plan
              </SubmitButton>
            </div>
          </ActionForm>
        </Panel>
      ) : null}
    </>
  );
}
