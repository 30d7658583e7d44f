import { Tabs as Radix } from 'radix-ui';
import { type ReactNode, useEffect, useRef } from 'react';

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

export interface TabsProps<Id extends string> {
  /** What the tabs are about, for those who do not see it. */
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
}

/** Keep `value` in the address (`validateSearch`), so that a tab can be linked to. */
export function Tabs<Id extends string>({ label, tabs, value, onChange }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  // On a phone there are more than fit: the one that is open is in view.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about the tab that is open now
  useEffect(() => {
    const open = list.current?.querySelector<HTMLElement>('[data-state=active]');
    if (open) showWithin(open);
  }, [value]);
  return (
    <Radix.Root value={value} onValueChange={(id) => onChange(id as Id)}>
      <Radix.List ref={list} aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map(({ id, label: name }) => (
          <Radix.Trigger
            key={id}
            value={id}
            className="-mb-px shrink-0 border-b-2 border-transparent px-3 py-2 font-medium text-ink-muted -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {name}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ id, content }) => (
        <Radix.Content key={id} value={id}>
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}

/** Scrolls nothing but the list: what `scrollIntoView` shows is also where Tab goes on from, past everything before it. */
function showWithin(tab: HTMLElement): void {
  const { parentElement: list, offsetLeft: start, offsetWidth: width } = tab;
  if (!list) return;
  const most = start - list.offsetLeft;
  const least = most + width - list.clientWidth;
  list.scrollLeft = Math.min(Math.max(list.scrollLeft, least), most);
}
