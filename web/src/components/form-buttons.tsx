import { t } from '#web/lib/i18n/index.ts';
import { Button } from './button.tsx';
import type { ControlProps } from './control.ts';

export interface FormButtonsProps extends ControlProps {
  /** Id of the form they are outside of. */
  readonly form: string;
  readonly onCancel: () => void;
  /** What the button says that does it. @default Save */
  readonly label?: string;
  readonly isDestructive?: boolean;
  readonly busy?: boolean;
}

/** The two at the end of a dialog with a form. */
export function FormButtons({
  form,
  onCancel,
  label,
  isDestructive = false,
  busy = false,
  ...control
}: FormButtonsProps) {
  return (
    <>
      <Button onClick={onCancel}>{t('common.cancel')}</Button>
      <Button type="submit" form={form} variant={isDestructive ? 'danger' : 'primary'} busy={busy} {...control}>
        {label ?? t('common.save')}
      </Button>
    </>
  );
}
