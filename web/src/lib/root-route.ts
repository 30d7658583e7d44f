import { createRootRoute } from '@tanstack/react-router';

/** The parent of every feature's routes; the shell around them is put in by the app. */
export const rootRoute = createRootRoute();
