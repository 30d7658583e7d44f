import { createContext, useContext } from 'react';

/** Where floating parts are put: an open dialog is above everything else, so theirs must be inside it. */
export const PortalContext = createContext<HTMLElement | null>(null);

export const usePortal = (): HTMLElement | null => useContext(PortalContext);
