import type { Metadata } from 'next';
import { ButtonSamples, FieldSamples } from '#components/design/control-samples.tsx';
import { StateSamples } from '#components/design/state-samples.tsx';
import { TokenSamples } from '#components/design/token-samples.tsx';
import { BannerSamples, ToneSamples } from '#components/design/tone-samples.tsx';
import { TextSamples } from '#components/design/text-samples.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { requirePerson } from '#app/_auth/session.ts';

export const metadata: Metadata = { title: 'Design' };

/** Every part that pages are made of, in every look: made from the same tables as the parts themselves. */
export default async function DesignPage() {
  await requirePerson();
  const now = new Date().getTime();
  return (
    <>
      <PageHeader title="Design">
        What pages are made of, in every look and state. A colour never stands alone: a shape and a word go with it.
      </PageHeader>
      <div className="space-y-6">
        <TokenSamples />
        <ToneSamples />
        <BannerSamples />
        <ButtonSamples />
        <FieldSamples />
        <StateSamples now={now} />
        <TextSamples now={now} />
      </div>
    </>
  );
}
