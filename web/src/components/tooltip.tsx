import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { usePortal } from './portal.tsx';

export const TooltipProvider = Radix.Provider;

/** A hint on hover and focus. The child must be able to have focus; without text it stands alone. */
export function Tooltip({ text, children }: { readonly text: ReactNode; readonly children: ReactNode }) {
  const container = usePortal();
  if (!text) return children;
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          sideOffset={6}
          collisionPadding={12}
          className="z-50 max-w-72 rounded-md bg-ink px-2.5 py-1.5 text-xs text-canvas shadow-float"
        >
          {text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
