import '../styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openAuth } from '#web/lib/auth/index.ts';
import { loadConfig } from '#web/lib/config.ts';
import { applyTheme } from '#web/lib/theme.ts';
import { App } from './app.tsx';
import { StartFailed } from './fallbacks.tsx';
import { loadPages } from './router.tsx';

applyTheme();

async function start(root: HTMLElement): Promise<void> {
  const tree = createRoot(root);
  try {
    await loadConfig();
    await openAuth();
    tree.render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
    requestIdleCallback(loadPages);
  } catch {
    tree.render(<StartFailed />);
  }
}

const root = document.querySelector<HTMLElement>('#root');
if (root) await start(root);
