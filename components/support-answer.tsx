import type { Service } from '#lib/model/endpoint.ts';
import type { ProgramOutcome } from '#lib/support/judge-client.ts';
import { ClientName } from './client-name.tsx';
import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import type { Tone } from './ui/tone.ts';

/** A mail program of the account that was asked for. Instants are milliseconds since the epoch. */
export interface SupportProgram {
  readonly name: string;
  readonly version: string;
  readonly service: Service;
  readonly serviceName: string;
  /** Host, or the address where no name is known. */
  readonly server: string;
  readonly latched: readonly string[];
  readonly supported: readonly string[];
  readonly speaksDeep: boolean;
  readonly outcome: ProgramOutcome;
  /** Sentences; texts of strangers are in them. */
  readonly reasons: readonly string[];
  readonly reportedAt: number;
  /** `YYYY-MM-DD` */
  readonly lastDay: string;
  /** Reports of a broken latch in the last day from programs of this name. */
  readonly failures: number;
}

/** A host that the account uses. */
export interface SupportHostItem {
  readonly host: string;
  readonly services: readonly {
    readonly serviceName: string;
    readonly port: number;
    readonly lookedAt: number | null;
    readonly tone: Tone;
    readonly word: string;
  }[];
  /** Names of services of which some ports were not looked up. */
  readonly leftOut: readonly string[];
  readonly statusUrls: readonly string[];
  readonly statusFaults: readonly string[];
}

export interface SupportAnswer {
  /** The worst first. */
  readonly programs: readonly SupportProgram[];
  /** Programs that are not shown. */
  readonly more: number;
  readonly hosts: readonly SupportHostItem[];
  /** Names of these servers that were not looked up. */
  readonly namesLeftOut: number;
  /** What to tell the customer, a sentence each. */
  readonly advice: readonly string[];
  readonly now: number;
}

const outcomes: Readonly<Record<ProgramOutcome, { readonly tone: Tone; readonly word: string }>> = {
  refuses: { tone: 'crit', word: 'Will refuse to connect' },
  unreachable: { tone: 'crit', word: 'Cannot connect' },
  sometimes: { tone: 'fail', word: 'Refuses now and then' },
  faulty: { tone: 'warn', word: 'May connect' },
  unknown: { tone: 'unknown', word: 'Not known' },
  works: { tone: 'ok', word: 'Should connect' },
};

function Requires({ program }: { readonly program: SupportProgram }) {
  const { latched, speaksDeep, service } = program;
  const supported = program.supported.filter((tag) => !latched.includes(tag));
  if (!speaksDeep) {
    return (
      <p className="text-sm text-muted">
        {service === 'pop3'
          ? 'This client cannot report: POP has no way to tell what it requires.'
          : 'It said nothing of latches.'}
      </p>
    );
  }
  return (
    <p className="text-sm">
      {latched.length === 0 ? 'It requires nothing so far' : 'It requires '}
      <span className="font-mono">
        <ForeignText text={latched.join(', ')} maxLength={500} />
      </span>
      {supported.length === 0 ? '' : '; it could also require '}
      <span className="font-mono">
        <ForeignText text={supported.join(', ')} maxLength={500} />
      </span>
      .
    </p>
  );
}

function Program({ program, now }: { readonly program: SupportProgram; readonly now: number }) {
  const { tone, word } = outcomes[program.outcome];
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p className="font-medium">
          <ClientName name={program.name} version={program.version} />
          <span className="font-normal text-muted">
            , {program.serviceName} at{' '}
            <span className="font-mono text-sm">
              <ForeignText text={program.server} maxLength={253} />
            </span>
          </span>
        </p>
        <ToneLabel tone={tone} look="chip">
          {word}
        </ToneLabel>
      </div>
      <ul className="mt-1 max-w-prose space-y-0.5">
        {program.reasons.map((reason, index) => (
          <li key={index}>
            <ForeignText text={reason} maxLength={600} />
          </li>
        ))}
      </ul>
      <Requires program={program} />
      <p className="text-sm text-muted">
        Last report <TimeStamp at={program.reportedAt} now={now} />.
        {program.failures === 0
          ? ''
          : ` In the last day programs of this name reported a broken latch here ${program.failures.toLocaleString('en')} times; anybody can send such reports.`}
      </p>
    </li>
  );
}

function Host({ item, now }: { readonly item: SupportHostItem; readonly now: number }) {
  const { host, services, leftOut, statusUrls, statusFaults } = item;
  return (
    <li className="space-y-2 px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p className="font-mono font-medium">
          <ForeignText text={host} maxLength={253} />
        </p>
        <a
          href={`/support/notice?host=${encodeURIComponent(host)}`}
          className="link inline-flex min-h-6 items-center text-sm"
        >
          Text for the status page
        </a>
      </div>
      {services.length === 0 ? (
        <p className="text-sm text-muted">Nobody watches this host: nothing is known of it.</p>
      ) : null}
      <ul className="space-y-1">
        {services.map(({ serviceName, port, lookedAt, tone, word }) => (
          <li key={`${serviceName} ${String(port)}`} className="flex flex-wrap items-baseline gap-x-3">
            <span className="min-w-44">
              {serviceName}, port {port}
            </span>
            <ToneLabel tone={tone}>{word}</ToneLabel>
            {lookedAt === null ? null : (
              <span className="text-sm text-muted">
                <TimeStamp at={lookedAt} now={now} form="relative" />
              </span>
            )}
          </li>
        ))}
      </ul>
      {leftOut.length === 0 ? null : (
        <p className="text-sm text-muted">Not looked up here, too many ports: the rest of {leftOut.join(', ')}.</p>
      )}
      {statusUrls.map((url) => (
        <p key={url} className="text-sm">
          Its status page for customers:{' '}
          <span className="font-mono">
            <ForeignText text={url} maxLength={300} />
          </span>
        </p>
      ))}
      {statusFaults.map((fault) => (
        <Banner key={fault} tone="warn">
          <ForeignText text={fault} maxLength={400} />
        </Banner>
      ))}
    </li>
  );
}

const partTitle = 'border-b border-line px-4 py-2 text-base font-semibold';

function NoPrograms() {
  return (
    <div className="max-w-prose space-y-1 px-4 py-3">
      <p>
        <strong>No report of this account is kept.</strong>
      </p>
      <p className="text-sm">
        That says nothing about whether it can connect. It may log in under another form of its name, use a server that
        sends no reports, or not have connected since reports began. POP programs never report on latches.
      </p>
    </div>
  );
}

/** Why an account cannot connect: its programs, the hosts that they use, and what to say. */
export function SupportAnswerView({ answer }: { readonly answer: SupportAnswer }) {
  const { programs, more, hosts, namesLeftOut, advice, now } = answer;
  return (
    <div className="relative border-t border-line">
      <h3 className={partTitle}>What to tell the customer</h3>
      <ul className="max-w-prose list-disc space-y-1 px-4 py-3 pl-9">
        {advice.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <h3 className={`${partTitle} border-t`}>Programs of the account, what keeps them out first</h3>
      {programs.length === 0 ? (
        <NoPrograms />
      ) : (
        <ul className="divide-y divide-line">
          {programs.map((program, index) => (
            <Program key={index} program={program} now={now} />
          ))}
        </ul>
      )}
      {more === 0 ? null : <p className="px-4 pb-3 text-sm text-muted">and {more} more, older ones.</p>}
      {hosts.length === 0 ? null : (
        <>
          <h3 className={`${partTitle} border-t`}>Servers that it uses, now</h3>
          <ul className="divide-y divide-line">
            {hosts.map((item) => (
              <Host key={item.host} item={item} now={now} />
            ))}
          </ul>
          {namesLeftOut === 0 ? null : (
            <p className="border-t border-line px-4 py-3 text-sm text-muted">
              Not looked up here, too many names: {namesLeftOut.toLocaleString('en')} more that lead to these servers.
              Nothing is said of them.
            </p>
          )}
        </>
      )}
    </div>
  );
}
