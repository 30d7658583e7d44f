import { Tooltip as Radix } from 'radix-ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { usePortal } from './portal.tsx';

let isScrolling = false;

/** Around everything that has hints; once. */
export function TooltipProvider(props: { readonly delayDuration: number; readonly children: ReactNode }) {
  useEffect(() => {
    const scrolls = () => {
      isScrolling = true;
      setTimeout(() => {
        isScrolling = false;
      });
    };
    window.addEventListener('scroll', scrolls, { capture: true, passive: true });
    return () => window.removeEventListener('scroll', scrolls, { capture: true });
  }, []);
  return <Radix.Provider {...props} />;
}

/** A hint on hover and focus. The child must be able to have focus; without text it stands alone. */
export function Tooltip({ text, children }: { readonly text: ReactNode; readonly children: ReactNode }) {
  const container = usePortal();
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  if (!text) return children;
  const change = (next: boolean) => {
    // A hint goes when the page scrolls, but to get the focus is what scrolls a control into view.
    if (next || !isScrolling || document.activeElement !== trigger.current) setIsOpen(next);
  };
  return (
    <Radix.Root open={isOpen} onOpenChange={change}>
      <Radix.Trigger asChild ref={trigger}>
        {children}
      </Radix.Trigger>
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
