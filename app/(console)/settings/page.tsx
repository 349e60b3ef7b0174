import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { SettingCard } from '#components/setting-card.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import type { Scope } from '#app/_auth/scopes.ts';
import { readSettingsSummary, type SettingsSummary } from '#app/_queries/settings-summary.ts';

export const metadata: Metadata = { title: 'Settings' };

interface Card {
  readonly href: string;
  readonly title: string;
  readonly text: string;
  /** Null: everybody may open it. */
  readonly scope: Scope | null;
  readonly standing: keyof SettingsSummary | null;
}

const groups: readonly { readonly title: string; readonly cards: readonly Card[] }[] = [
  {
    title: 'What reaches whom',
    cards: [
      {
        ...{ href: '/settings/routes', title: 'Routes', scope: 'routes:manage', standing: 'routes' },
        text: 'Where alerts go, and the proof that they arrive.',
      },
      {
        ...{ href: '/silences', title: 'Silences', scope: null, standing: null },
        text: 'What nobody is told of, why, and until when. Each one ends by itself.',
      },
      {
        ...{ href: '/settings/sources', title: 'Sources', scope: 'sources:manage', standing: 'sources' },
        text: 'Mail servers that report what clients hold: last heard of, rate, what was refused.',
      },
    ],
  },
  {
    title: 'Who may what',
    cards: [
      {
        ...{ href: '/settings/account', title: 'My account', scope: null, standing: null },
        text: 'Your password and where you are signed in.',
      },
      {
        ...{ href: '/settings/people', title: 'People', scope: 'people:manage', standing: 'people' },
        text: 'Who may sign in, with which role; invitations.',
      },
      {
        ...{ href: '/settings/tokens', title: 'Tokens', scope: 'tokens:manage', standing: 'tokens' },
        text: 'What programs use the API with.',
      },
      {
        ...{ href: '/settings/keys', title: 'Keys', scope: 'settings:manage', standing: null },
        text: 'All keys and secrets, how old they are, how to change them.',
      },
    ],
  },
  {
    title: 'What is kept',
    cards: [
      {
        ...{ href: '/settings/retention', title: 'Retention', scope: null, standing: 'retention' },
        text: 'How long history stays, and the room that it takes.',
      },
      {
        ...{ href: '/settings/backup', title: 'Backup', scope: 'settings:manage', standing: 'backup' },
        text: 'What your backups say of themselves.',
      },
      {
        ...{ href: '/settings/audit', title: 'Audit record', scope: 'audit:read', standing: 'audit' },
        text: 'Who did what. It only grows, and its chain shows what was changed.',
      },
    ],
  },
];

export default async function SettingsPage() {
  const person = await requirePerson();
  const summary = await readSettingsSummary(new Date());
  return (
    <>
      <PageHeader title="Settings" />
      <div className="space-y-8">
        {groups.map(({ title, cards }) => (
          <Group key={title} title={title}>
            {cards.map((card) => (
              <SettingCard
                key={card.href}
                href={card.scope === null || personMay(person, card.scope) ? card.href : null}
                title={card.title}
                standing={card.standing === null ? null : summary[card.standing]}
              >
                {card.text}
              </SettingCard>
            ))}
          </Group>
        ))}
      </div>
    </>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-3 text-lg font-semibold">{title}</h2>
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">{children}</ul>
    </section>
  );
}
