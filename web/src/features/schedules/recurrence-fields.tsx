import { Field, Input, NumberInput, Select } from '#web/components/field.tsx';
import { classNames } from '#web/lib/class-names.ts';
import { formatWeekday } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { type Recurrence, recurrenceKinds, type Weekday, weekdays } from './recurrence.ts';

/** What each way begins with when it is chosen. */
const beginnings: Readonly<Record<Recurrence['kind'], Recurrence>> = {
  minutes: { kind: 'minutes', every: 15, minute: 0 },
  hours: { kind: 'hours', every: 1, minute: 0 },
  daily: { kind: 'daily', time: '03:30' },
  weekly: { kind: 'weekly', weekdays: ['MON'], time: '03:30' },
  monthly: { kind: 'monthly', day: 1, time: '03:30' },
  own: { kind: 'own', expression: '' },
};

export interface RecurrenceFieldsProps {
  readonly value: Recurrence;
  readonly onChange: (recurrence: Recurrence) => void;
  /** The expression so far, taken over when somebody wants to write it by hand. */
  readonly expression: string;
  readonly error: string | undefined;
}

/** When it repeats, chosen in words; experts write the expression. */
export function RecurrenceFields({ value, onChange, expression, error }: RecurrenceFieldsProps) {
  const choose = (kind: Recurrence['kind']) => onChange(kind === 'own' ? { kind, expression } : beginnings[kind]);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={t('schedules.repeats')}>
        <Select
          value={value.kind}
          onChange={choose}
          options={recurrenceKinds.map((kind) => ({ value: kind, label: t(`schedules.repeat_${kind}`) }))}
        />
      </Field>
      <Parts value={value} onChange={onChange} error={error} />
    </div>
  );
}

type PartsProps = Omit<RecurrenceFieldsProps, 'expression'>;

function Parts({ value, onChange, error }: PartsProps) {
  switch (value.kind) {
    case 'minutes':
    case 'hours':
      return (
        <Field label={t(`schedules.every_${value.kind}`)} error={error}>
          <NumberInput
            inputMode="numeric"
            min={1}
            max={value.kind === 'hours' ? 23 : 59}
            step={1}
            value={value.every}
            onChange={(every) => onChange({ ...value, every })}
          />
        </Field>
      );
    case 'daily':
      return <Time value={value} onChange={onChange} error={error} />;
    case 'weekly':
      return (
        <>
          <Time value={value} onChange={onChange} error={error} />
          <Weekdays chosen={value.weekdays} onChange={(chosen) => onChange({ ...value, weekdays: chosen })} />
        </>
      );
    case 'monthly':
      return (
        <>
          <Time value={value} onChange={onChange} error={error} />
          <Field label={t('schedules.dayOfMonth')} hint={t('schedules.dayOfMonthHint')}>
            <Select
              value={String(value.day)}
              onChange={(day) => onChange({ ...value, day: day === 'last' ? 'last' : Number(day) })}
              options={daysOfMonth()}
            />
          </Field>
        </>
      );
    case 'own':
      return (
        <Field label={t('schedules.expression')} hint={t('schedules.expressionHint')} error={error}>
          <Input
            value={value.expression}
            spellCheck={false}
            autoComplete="off"
            className="font-mono"
            onChange={({ target }) => onChange({ ...value, expression: target.value })}
          />
        </Field>
      );
  }
}

interface TimeProps<Value> {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly error: string | undefined;
}

function Time<Value extends { readonly time: string }>({ value, onChange, error }: TimeProps<Value>) {
  return (
    <Field label={t('schedules.time')} error={error}>
      <Input type="time" value={value.time} onChange={({ target }) => onChange({ ...value, time: target.value })} />
    </Field>
  );
}

interface WeekdaysProps {
  readonly chosen: readonly Weekday[];
  readonly onChange: (chosen: readonly Weekday[]) => void;
}

function Weekdays({ chosen, onChange }: WeekdaysProps) {
  const toggle = (day: Weekday) =>
    onChange(chosen.includes(day) ? chosen.filter((other) => other !== day) : [...chosen, day]);
  return (
    <fieldset className="sm:col-span-2">
      <legend className="mb-1 font-medium">{t('schedules.weekdays')}</legend>
      <div className="flex flex-wrap gap-1.5">
        {weekdays.map((day, index) => (
          <button
            key={day}
            type="button"
            aria-pressed={chosen.includes(day)}
            onClick={() => toggle(day)}
            className={classNames(
              'h-9 min-w-12 rounded-control border px-2.5 font-medium',
              chosen.includes(day)
                ? 'border-accent bg-accent-soft text-accent'
                : 'border-line-strong/60 bg-surface hover:bg-hover',
            )}
          >
            {formatWeekday(index)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

const daysOfMonth = () => [
  ...Array.from({ length: 31 }, (_, index) => ({ value: String(index + 1), label: String(index + 1) })),
  { value: 'last', label: t('schedules.lastDay') },
];
