import type { ButtonKind } from '../ui/button-look.ts';
import { buttonLook, buttonLooks } from '../ui/button-look.ts';
import { Choice, Field, TextArea } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import { RangeField } from '../ui/range-field.tsx';
import { keysOf } from './keys-of.ts';

const buttonUses: Readonly<Record<ButtonKind, string>> = {
  primary: 'what one came for: one a page',
  plain: 'everything else',
  danger: 'takes something away',
};

/** Buttons in each kind, at rest and while they may not be pressed. */
export function ButtonSamples() {
  return (
    <Panel title="Buttons">
      <dl className="grid gap-x-6 gap-y-4 sm:grid-cols-[max-content_1fr]">
        {keysOf(buttonLooks).map((kind) => (
          <div key={kind} className="sm:contents">
            <dt className="flex flex-wrap gap-2">
              <button type="button" className={buttonLook(kind)}>
                {kind}
              </button>
              <button type="button" className={buttonLook(kind)} disabled>
                {kind}, off
              </button>
            </dt>
            <dd className="self-center text-muted">{buttonUses[kind]}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

/** Every kind of field. Labels stay above, hints below; a field is never named by its placeholder alone. */
export function FieldSamples() {
  return (
    <Panel title="Fields">
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Text" hint="What it is for, read with the field." name="design-text" placeholder="mail.example" />
        <Field label="Not now" name="design-off" defaultValue="cannot be changed" disabled />
        <Choice
          label="Choice"
          name="design-choice"
          options={[
            { value: 'a', text: 'Above' },
            { value: 'b', text: 'Below' },
          ]}
        />
        <RangeField
          label="A number to drag or type"
          unit="days"
          name="design-range"
          {...{ min: 7, max: 400, step: 7 }}
          defaultValue={98}
        />
        <div className="sm:col-span-2">
          <TextArea label="Several lines" hint="PEM, records, lists." name="design-area" rows={3} />
        </div>
      </div>
    </Panel>
  );
}
