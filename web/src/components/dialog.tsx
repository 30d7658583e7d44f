import { X } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { classNames } from '#web/lib/class-names.ts';
import { formatNumber } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { IconButton } from './button.tsx';
import { Field, Input } from './field.tsx';
import { FormButtons } from './form-buttons.tsx';
import { PortalContext } from './portal.tsx';
import { ErrorState } from './states.tsx';

const widths = { small: 'max-w-md', medium: 'max-w-xl', large: 'max-w-4xl' } as const;

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly size?: keyof typeof widths;
  /** Buttons, at the end. */
  readonly footer?: ReactNode;
  readonly children?: ReactNode;
}

/**
 * The platform's modal dialog: it keeps the focus, makes the rest inert, closes on Escape and gives the focus back, without
 * styles written at run time, which the content security policy would refuse.
 */
export function Dialog(props: DialogProps) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ onClose, title, description, size = 'medium', footer, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const [container, setContainer] = useState<HTMLElement | null>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    // Opened with the focus there: on its way past another control it would leave that one's hint behind.
    firstOf(dialog)?.toggleAttribute('autofocus', true);
    dialog?.showModal();
    setContainer(dialog);
    return () => {
      dialog?.close();
      focusAgain(before);
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same as a click beside it
    <dialog
      ref={ref}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
      className={classNames(
        'w-[calc(100vw-2rem)] rounded-card border border-line bg-raised p-0 text-ink shadow-float backdrop:bg-[#0d0f1299]',
        widths[size],
      )}
    >
      <PortalContext value={container}>
        <div className="flex max-h-[85dvh] flex-col">
          <header className="flex items-start justify-between gap-4 px-5 pt-4">
            <div>
              <h2 id={`${id}-title`} tabIndex={-1} className="text-base font-semibold">
                {title}
              </h2>
              {description && (
                <p id={`${id}-description`} className="mt-1 text-ink-muted">
                  {description}
                </p>
              )}
            </div>
            <IconButton icon={X} label={t('common.close')} size="small" onClick={onClose} className="-mr-1.5" />
          </header>
          <div className="min-h-0 overflow-y-auto px-5 py-4">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
          )}
        </div>
      </PortalContext>
    </dialog>
  );
}

/** What had the focus has it again; where it is gone with what was done, the page has it instead of nothing. */
function focusAgain(before: Element | null): void {
  if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
  else document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
}

/** Where one begins: the first thing to fill in, or else the first button at the end, or else to read. */
const firstOf = (dialog: HTMLDialogElement | null): HTMLElement | null | undefined =>
  dialog?.querySelector<HTMLElement>(
    ':is(input, select, textarea, [role="checkbox"]):not(:disabled, [aria-hidden="true"])',
  ) ??
  dialog?.querySelector<HTMLElement>('footer button') ??
  dialog?.querySelector<HTMLElement>('h2');

export interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Called once it is confirmed; the dialog stays open while `busy` and shows `error`. */
  readonly onConfirm: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** What the button says: the deed, not "OK". */
  readonly confirmLabel: string;
  readonly isDestructive?: boolean;
  /** Has to be typed first: the number of documents that go, or a name. */
  readonly typed?: number | string;
  readonly busy?: boolean;
  readonly error?: Error | null;
}

/** Asks before something is done that cannot be taken back by a click. */
export function ConfirmDialog({
  open,
  onClose,
  onConfirm,
  title,
  description,
  children,
  confirmLabel,
  isDestructive = false,
  typed,
  busy = false,
  error,
}: ConfirmDialogProps) {
  const [text, setText] = useState('');
  const form = useId();
  const isTyped = typed === undefined || isSame(text, typed);
  const close = () => {
    setText('');
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isTyped && !busy) onConfirm();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      description={description}
      size="small"
      footer={
        <FormButtons
          form={form}
          onCancel={close}
          label={confirmLabel}
          isDestructive={isDestructive}
          busy={busy}
          whyDisabled={isTyped ? undefined : askFor(typed)}
        />
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        {children}
        {typed !== undefined && (
          <Field label={askFor(typed)}>
            <Input
              value={text}
              onChange={(event) => setText(event.target.value)}
              autoComplete="off"
              inputMode={typeof typed === 'number' ? 'numeric' : 'text'}
            />
          </Field>
        )}
        {error && <ErrorState error={error} isInline />}
      </form>
    </Dialog>
  );
}

/** A number may be typed with or without its thousands separators. */
const isSame = (text: string, typed: number | string): boolean =>
  typeof typed === 'number' ? text.replaceAll(/\D/g, '') === String(typed) : text.trim() === typed;

const askFor = (typed: number | string): string =>
  typeof typed === 'number'
    ? t('dialog.typeCount', { count: formatNumber(typed) })
    : t('dialog.typeText', { text: typed });
