import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { TooltipProvider } from '#web/components/tooltip.tsx';
import { queryClient } from '#web/lib/api.ts';
import { useMaybeSession } from '#web/lib/auth/index.ts';
import { router } from './router.tsx';
import { SignIn } from './sign-in.tsx';

export function App() {
  const session = useMaybeSession();
  // What one person has seen is not shown to the next.
  if (!session) queryClient.clear();
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider delayDuration={300}>{session ? <RouterProvider router={router} /> : <SignIn />}</TooltipProvider>
    </QueryClientProvider>
  );
}
