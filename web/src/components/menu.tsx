import type { LucideIcon } from 'lucide-react';
import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import { createContext, type ReactNode, type RefObject, useContext, useRef } from 'react';
import { classNames } from '#web/lib/class-names.ts';
import { type ControlProps, useWhyDisabled } from './control.ts';
import { usePortal } from './portal.tsx';

type Chosen = RefObject<(() => void) | undefined>;

const ChosenContext = createContext<Chosen>({ current: undefined });

/** Opens a list of actions below its trigger, which has to be a button. */
export function Menu({ trigger, children }: { readonly trigger: ReactNode; readonly children: ReactNode }) {
  const container = usePortal();
  const chosen: Chosen = useRef(undefined);
  // It begins when the trigger has the focus again: a dialog gives the focus back to what had it before.
  const begin = () => {
    const deed = chosen.current;
    chosen.current = undefined;
    if (deed) setTimeout(deed);
  };
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          onCloseAutoFocus={begin}
          className="z-40 min-w-48 rounded-card border border-line bg-raised p-1 shadow-float"
        >
          <ChosenContext value={chosen}>{children}</ChosenContext>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const item =
  'flex items-center gap-2.5 rounded-md px-2.5 py-1.5 select-none -outline-offset-2 data-highlighted:bg-hover aria-disabled:opacity-55';

export interface MenuItemProps extends ControlProps {
  readonly icon?: LucideIcon;
  readonly onSelect: () => void;
  readonly isDestructive?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ icon: Icon, onSelect, isDestructive, needs, whyDisabled, children }: MenuItemProps) {
  const why = useWhyDisabled({ needs, whyDisabled });
  const chosen = useContext(ChosenContext);
  return (
    <Radix.Item
      aria-disabled={why !== undefined || undefined}
      onSelect={(event) => {
        if (why === undefined) chosen.current = onSelect;
        else event.preventDefault();
      }}
      className={classNames(item, isDestructive && 'text-bad')}
    >
      {Icon && <Icon aria-hidden size={16} />}
      <span>
        {children}
        {why && <span className="block max-w-56 text-xs text-ink-muted">{why}</span>}
      </span>
    </Radix.Item>
  );
}

export interface MenuChoicesProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
}

export function MenuChoices<Value extends string>({ label, value, onChange, choices }: MenuChoicesProps<Value>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
      <Radix.Label className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-ink-muted">{label}</Radix.Label>
      {choices.map((choice) => (
        <Radix.RadioItem key={choice.value} value={choice.value} className={classNames(item, 'justify-between')}>
          {choice.label}
          <Radix.ItemIndicator>
            <Check aria-hidden size={16} />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export const MenuSeparator = () => <Radix.Separator className="my-1 h-px bg-line" />;
